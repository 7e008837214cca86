"""How much a load holds in memory: bounded by what it does at a time, not by how much there is."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from books.importing.readers import gutenberg
from tests.conftest import ROOT, manage, new_database

LOADED = """
import re, sys
from pathlib import Path
from django.core.management import call_command
if sys.argv[1:]:
    call_command("import_books", sys.argv[1])
# Not ru_maxrss: what a process was before it became this one counts there, and that is as large as the tests.
kilobytes = re.search("VmHWM:[^0-9]+([0-9]+)", Path("/proc/self/status").read_text())[1]
print(f"peak {int(kilobytes) // 1024}")
"""


def peak(env: dict[str, str], *arguments: str) -> int:
    """The most megabytes that a process was resident with, which runs `arguments` in Django's shell."""
    code = "import django; django.setup()\n" + LOADED
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    )
    return int(done.stdout.rpartition("peak ")[2])


def works(path: Path, number: int, edition: str) -> Path:
    """A catalogue of `number` works like Gutenberg's; another `edition` says something else of every one."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, gutenberg.COLUMNS)
        rows.writeheader()
        for n in range(1, number + 1):
            rows.writerow({
                "Text#": n,
                "Type": "Text",
                "Title": f"The {edition} Voyage of {n * 7_919 % 99_991:x} {n * 104_729 % 999_983:x}: A Tale of {n:x}",
                "Language": "en",
                "Authors": f"{edition}son{n % (number // 3)}, Given, 18{n % 80 + 10}-19{n % 80 + 10}",
                "Subjects": "; ".join(f"{edition} subject {(n * k) % (number // 2)} -- Fiction" for k in (1, 7, 31)),
                "LoCC": "PR",
                "Bookshelves": f"Category: {edition} Shelf {n % 70}; Category: Novels; {edition} list {n % 300}",
            })  # fmt: skip
    return path


def texts(path: Path, number: int, edition: str) -> Path:
    """A catalogue of `number` works with long descriptions."""
    with path.open("w", encoding="utf-8") as file:
        file.write('{"_format":"octavo","version":1,"source":"long"}\n')
        for n in range(number):
            description = f"{edition} {n} " * 2_500
            file.write(json.dumps({"key": str(n), "title": f"Work {n}", "description": description}) + "\n")
    return path


def peaks(folder: Path, make: Callable[[Path, int, str], Path], number: int) -> list[int]:
    """The megabytes of a first load, of one that changes everything, and of one that changes nothing."""
    with new_database(folder, "memory") as url:
        env = {**os.environ, "DATABASE_URL": url, "DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "settings.dev"}
        manage(env, "migrate", "--verbosity", "0")
        files = [make(folder / name, number, name) for name in ("First", "Other")]
        return [peak(env, str(file)) for file in (*files, files[1])]


def test_changing_works_takes_no_more_memory_than_making_them(tmp_path):
    first, changed, again = peaks(tmp_path, works, 15_000)
    assert max(first, changed, again) < 250, (first, changed, again)


def test_works_with_long_texts_take_no_more_than_others(tmp_path):
    first, changed, again = peaks(tmp_path, texts, 4_000)
    assert max(first, changed, again) < 250, (first, changed, again)


@pytest.mark.soak
def test_a_whole_catalogue_loads_in_300_megabytes_whatever_is_done_with_it(tmp_path):
    assert max(peaks(tmp_path, works, 73_000)) <= 300
