"""`manage.py reindex`: rebuilds derived columns, search indexes, the vocabulary and stored counts."""

import time
from typing import Any

from books.reindexing import reindex
from core.management.catalogue import CatalogueCommand
from core.progress import EVERY_LINE


class Command(CatalogueCommand):
    """Rebuilds what is derived from other columns: for use after raw SQL, and harmless at any time."""

    help = "Make derived columns, search indexes and counts true again, after writes that went past Octavo."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild; print the progress every few seconds, and at the end how many stored counts were wrong."""
        said = time.monotonic()

        def progress(kind: str, done: int) -> None:
            nonlocal said
            if time.monotonic() - said >= EVERY_LINE:
                self.stderr.write(f"{kind}: {done:,}")
                said = time.monotonic()

        wrong = reindex(progress)
        self.stdout.write(f"Everything is indexed anew; {wrong:,} counts were wrong.")
