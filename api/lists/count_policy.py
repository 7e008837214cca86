"""CountPolicy: how the rows of one list are counted, and whether its pages say the count."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from api.filters import CatalogueFilter
from core.database.counting import Count, cache_key, count_rows, stored_count


@dataclass(frozen=True, eq=False)
class CountPolicy:
    """Counts the rows of one list by the cheapest way that its filters leave."""

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
        """The number of rows; or, for a whole table, the names of the stored counts that the page's query adds up."""
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
