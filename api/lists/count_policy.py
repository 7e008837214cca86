"""CountPolicy: how the rows of one list are counted."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from api.filters.base import CatalogueFilter
from core.database.counting import Count, cache_key, count_rows, stored_count


@dataclass(frozen=True, eq=False)
class CountPolicy:
    """How the rows of one list are counted: the cheapest way that its filters and the parameter `count` leave."""

    rows: QuerySet[Any]
    filterset: CatalogueFilter
    requested: str | None
    """The value of the parameter `count`."""
    prefix: str
    """What the names of the table's stored counts begin with."""
    owner_count: int | None
    """The stored count of the author, category or subject whose books are listed; None for any other list."""

    @cached_property
    def _name(self) -> str:
        return cache_key(self.rows)

    def shown(self, count: Count) -> Count | None:
        """The number of rows that is known already; None where the request wants none."""
        return None if self.requested == "none" else count

    def now(self) -> tuple[Count | None, tuple[str, ...]]:
        """Count the list's rows. Returns the count, and the names of stored row counts still to be added up.

        For a whole table the count is None, and the page's own query is to add up the named counts. With `count=none`
        the count is None and there are no names.
        """
        owned = self.owner_count is not None
        if self.requested == "none":
            return None, ()
        if self.owner_count is not None and not self.filterset.values:
            return Count(self.owner_count, exact=True), ()
        if not owned and (count := self.filterset.stored_count()):
            return count, ()
        if not owned and (names := self.filterset.stored_count_names()):
            return (stored_count(*names), ()) if self.filterset.values else (None, names)
        counted = count_rows(
            self.rows,
            prefix=self.prefix,
            name=self._name,
            exact=self.requested == "exact",
            # A count of one owner's books is not shared: that would cost each request a query for the generation.
            share=not owned,
        )
        return counted, ()
