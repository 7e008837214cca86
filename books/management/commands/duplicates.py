"""`manage.py duplicates`: lists the authors who could be one by their names, and were not joined."""

from typing import Any

from django.db import connection

from books.importing.joining.candidates import Namesake, candidates, reading
from books.importing.joining.evidence import compare
from books.importing.joining.kinds import KINDS
from core.management.catalogue import CatalogueCommand

_AUTHOR = ("id", "name", "years", "sources", "books")


class Command(CatalogueCommand):
    """Prints a pair a line, with tabs between the columns; writes nothing to the catalogue."""

    help = "List authors of different sources who could be one and were not joined, with the reason; tab-separated."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line for each pair: why it was not joined, then both authors; on standard error their number."""
        number = 0
        self.stdout.write("\t".join(["reason", *_AUTHOR, *(f"other_{column}" for column in _AUTHOR)]))
        with reading(connection):
            for pairs in candidates(connection):
                for pair, kinds, why_none in compare(connection, pairs):
                    reason = why_none or _why_not(pair, kinds)
                    self.stdout.write("\t".join([reason, *(text for author in pair for text in _columns(author))]))
                    number += 1
        self.stderr.write(f"{number:,} pairs of authors could be one.")


def _why_not(pair: tuple[Namesake, Namesake], kinds: list[str]) -> str:
    """Why two authors were not joined although there is evidence."""
    if not any(author.imported for author in pair):
        return "editors made both"
    return f"several are possible {KINDS[kinds[0]]}"


def _columns(author: Namesake) -> list[str]:
    years = "-".join("" if year is None else str(year) for year in (author.birth_year, author.death_year))
    sources = ",".join(sorted(author.sources)) or "editors"
    return [
        str(author.pk),
        " ".join(author.names[0].split()),
        years.strip("-") and years,
        sources,
        str(author.books_count),
    ]
