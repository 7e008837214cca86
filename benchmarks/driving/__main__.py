"""`python -m benchmarks.driving` loads a catalogue into a PostgreSQL of its own, and prints a line for each measure."""

import tempfile
from pathlib import Path

from benchmarks import databases
from benchmarks.driving.reading import measure_edits, measure_mixed, measure_signed_in
from benchmarks.driving.writing import measure_batches, measure_patches

_KEY = """
from core.accounts.keys import create_key
from core.accounts.models import User
user, _ = User.objects.get_or_create(email="bench@example.org", role="editor")
print(create_key(user, "bench", ["read", "write"])[1])
"""


def main() -> None:
    """Measure all, and print."""

    def say(line: str) -> None:
        print(line, flush=True)

    with (
        tempfile.TemporaryDirectory() as folder,
        databases.server() as server,
        databases.fresh(server, "octavo_writing") as url,
    ):
        what, command = databases.catalogue()
        databases.load({url: Path(folder)}, command)
        databases.vacuum(url)
        say(f"{databases.books(url):,} books ({what})")
        environment = databases.environment(url, Path(folder))
        made = databases.run(url, Path(folder), "manage.py", "shell", "--verbosity", "0", "--command", _KEY)
        key = made.process.communicate()[0].strip()
        measure_signed_in(environment, key, say)
        measure_patches(environment, key, say)
        measure_batches(environment, key, say)
        measure_mixed(environment, say)
        measure_edits(environment, key, say)


if __name__ == "__main__":
    main()
