"""What lists and pages of authors ask of the database."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F
from django.db.models.functions import Coalesce

from authors.search import AUTHOR_INDEX
from core.keyset import Term
from core.textquery import TextQuery

if TYPE_CHECKING:
    from authors.models import Author

LIFESPAN = 100
"""Years assumed between a known and an unknown end of a life."""

ALIVE_FROM = Coalesce(F("birth_year"), F("death_year") - LIFESPAN)
ALIVE_TO = Coalesce(F("death_year"), F("birth_year") + LIFESPAN)

AUTHOR_ORDERINGS: dict[str, Term] = {
    "name": Term("sort_key"),
    "books_count": Term("books_count"),
    "birth_year": Term("birth_year", nullable=True),
    "id": Term("id"),
}


class AuthorQuerySet(models.QuerySet["Author"]):
    """Authors, by what they are asked for."""

    def for_list(self) -> Self:
        """Everything a page of authors shows."""
        return self

    def for_detail(self) -> Self:
        """Everything one author shows."""
        return self

    def named(self, query: TextQuery) -> Self:
        """Authors whose display or alternate names match every word of `query`."""
        return self.filter(pk__in=AUTHOR_INDEX.matching(query.within("names")))

    def alive_between(self, first: int | None, last: int | None) -> Self:
        """Authors alive in some year from `first` to `last`; an unknown end is 100 years from the known one."""
        found = self
        if first is not None:
            found = found.alias(alive_to=ALIVE_TO).filter(alive_to__gte=first)
        if last is not None:
            found = found.alias(alive_from=ALIVE_FROM).filter(alive_from__lte=last)
        return found

    def with_books(self, present: bool) -> Self:
        """Authors of at least one book, or of none."""
        return self.filter(books_count__gt=0) if present else self.filter(books_count=0)
