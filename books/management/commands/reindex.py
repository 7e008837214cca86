"""`manage.py reindex`: rebuilds derived columns, search indexes, the vocabulary and stored counts."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management import CommandError

from books.importing.import_lock import import_lock
from books.reindexing import reindex
from core.database.locks import LockTakenError
from core.management.catalogue import CatalogueCommand
from core.progress import ProgressDisplay


class Command(CatalogueCommand):
    """For use after an update that says so, or after raw SQL; harmless at any time, and while Octavo serves."""

    help = "Rebuild search indexes, derived columns and counts. Stopped halfway, it goes on where it was."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The option to begin anew."""
        parser.add_argument("--restart", action="store_true", help="begin anew, not where a stopped run was")

    def handle(self, *args: Any, restart: bool, **options: Any) -> None:
        """Show progress, and at the end how many counts were wrong. Exit 130 after Ctrl-C."""
        try:
            with import_lock(), ProgressDisplay(self.stderr) as display:
                wrong = reindex(_Shown(display), restart=restart)
        except LockTakenError:
            raise CommandError("an import or another reindex is running; try again when it is done") from None
        except KeyboardInterrupt:
            self.stderr.write("Interrupted. What is rebuilt stays; run it again to go on.")
            sys.exit(130)
        self.stdout.write(f"Everything is indexed anew; {wrong:,} counts were wrong.")


class _Shown:
    """Shows the progress of each kind of row by a bar of its own."""

    def __init__(self, display: ProgressDisplay) -> None:
        self.display, self.kind = display, ""

    def __call__(self, kind: str, done: int, total: int) -> None:
        if kind != self.kind:
            self.display.begin(kind, total, kind)
            self.kind = kind
        self.display.show(done)
