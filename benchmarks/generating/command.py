"""The command that fills a database with a catalogue of any size that has a real one's shape."""

import time
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management import CommandError
from django.db import connection

from benchmarks.generating.catalogue import NotEmptyError, SeedTakenError, generate
from benchmarks.generating.processes import GenerationFailedError
from books.importing.import_lock import import_lock
from core.database.locks import LockTakenError
from core.management.catalogue import CatalogueCommand
from core.progress import ProgressDisplay

MOST = 100_000_000


class Command(CatalogueCommand):
    """For growth and load tests; the same seed and size give the same catalogue on both databases."""

    help = (
        "Fill an empty catalogue with invented books. Nobody can read it meanwhile; stopped at any moment, it is empty."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options: the number of books and the seed."""
        parser.add_argument("--books", type=_number, required=True, metavar="N", help="how many")
        parser.add_argument("--seed", type=int, default=1, metavar="S", help="the seed of the generator; 1 by default")
        parser.add_argument("--add", action="store_true", help="add them to a catalogue that is not empty; slower")

    def handle(self, *args: Any, books: int, seed: int, add: bool, **options: Any) -> None:
        """Exit 1 with one line where there are books already and `--add` is not given."""
        began = time.monotonic()
        try:
            with import_lock(), ProgressDisplay(self.stderr) as meter:
                generate(books, seed, add=add, meter=meter)
        except LockTakenError:
            raise CommandError("an import is running; try again when it is done") from None
        except NotEmptyError:
            raise CommandError("there are books already; --add adds the new ones to them") from None
        except SeedTakenError:
            raise CommandError(f"the books of seed {seed} are there already; take another --seed") from None
        except GenerationFailedError as error:
            raise CommandError(f"{error}; the catalogue is as it was") from None
        except KeyboardInterrupt:
            raise CommandError("interrupted; the catalogue is as it was", returncode=130) from None
        seconds = time.monotonic() - began
        self.stdout.write(f"{books:,} books in {seconds:.1f} s ({books / seconds:,.0f}/s)")
        _settle()


def _number(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text) <= MOST:
        raise ArgumentTypeError(f"must be a number from 1 to {MOST:,}")
    return int(text)


def _settle() -> None:
    """Tell the planner what the tables hold, and mark their pages as visible to all, which a large load does not."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
