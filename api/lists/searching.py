"""SearchReader: which rows a page of a search has, and how many match.

Few rows are found, counted and sorted by one statement, whatever their order. Of many, a sample tells how many there
are, and their order is scanned, each row being tested; by relevance one tier after the other, as each were a list.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from api.lists.readers import PageQuery, key_columns
from books.search.relevance import BookSearch
from core.database.counting import (
    BROAD_MARGIN,
    EXACT_UP_TO,
    Count,
    cache_key,
    count_rows,
    rough_size,
    sampled_sizes,
)
from core.database.keyset import Key, is_selective, page, reverse
from core.database.shuffling import ShuffledTerm
from core.search.few import few_rows


class SearchedPage(NamedTuple):
    """The keys of a page's rows, each followed by the row's id, and the number of all rows."""

    keys: Sequence[tuple[Any, ...]]
    number: Count


@dataclass(frozen=True, eq=False)
class SearchReader:
    """Finds the rows of one search in a list of books that is narrowed by other filters."""

    search: BookSearch
    prefix: str
    """What the names of the table's stored counts begin with."""
    exact: bool
    """Whether the number of rows must be exact."""

    def read(self, query: PageQuery) -> SearchedPage:
        """The rows of the page that `query` asks for, among its rows that match the search."""
        few = self._few(query)
        if few is not None:
            return few
        sizes = sampled_sizes(
            query.rows.annotate(**self.search.relevance()).filter(self.search.tested), "relevance", prefix=self.prefix
        )
        number = sum(sizes.values())
        if number <= BROAD_MARGIN * EXACT_UP_TO and (few := self._few(query, probe=False)):
            return few
        count = Count(max(number, EXACT_UP_TO + 1), exact=False)
        if self.exact:
            rows = query.rows.filter(self.search.found)
            count = count_rows(rows, prefix=self.prefix, name=cache_key(rows), exact=True)
        return SearchedPage(self._many(query, sizes), count)

    def _few(self, query: PageQuery, *, probe: bool = True) -> SearchedPage | None:
        """The page, and the exact number; None where more than EXACT_UP_TO rows match."""
        ordering = reverse(query.ordering) if query.backwards else query.ordering
        few = few_rows(
            self.search,
            query.rows,
            ordering,
            columns=key_columns(query),
            limit=query.limit,
            after=query.after,
            offset=query.offset,
            prefix=self.prefix,
            probe=probe,
        )
        return SearchedPage(few.keys, Count(few.number, exact=True)) if few else None

    def _many(self, query: PageQuery, sizes: dict[int, int]) -> list[tuple[Any, ...]]:
        """The keys of the page of many rows, of which the tiers have about these sizes."""
        ordering = reverse(query.ordering) if query.backwards else query.ordering
        leading, *others = ordering
        if leading.column != "relevance":
            rows = query.rows.filter(self.search.tested)
            if isinstance(leading, ShuffledTerm):
                ordering = (leading.looking_for(query.offset + query.limit, sum(sizes.values())), *others)
            return list(
                page(rows, ordering, limit=query.limit, after=query.after, offset=query.offset).values_list(
                    *key_columns(query), "pk"
                )
            )
        found: list[tuple[Any, ...]] = []
        wanted = query.offset + query.limit
        for number, after in self._tiers(query):
            tier, size = self.search.tiers[number], sizes.get(number, 0)
            few = is_selective(size, rough_size(self.prefix), query.limit)
            rows = query.rows.filter(tier.indexed if few else tier.tested)
            rows = page(rows, tuple(others), limit=wanted - len(found), after=after, selective=few)
            found += [(number, *key) for key in rows.values_list(*key_columns(query)[1:], "pk")]
            if len(found) >= wanted:
                break
        return found[query.offset :]

    def _tiers(self, query: PageQuery) -> Iterator[tuple[int, Key | None]]:
        """The tiers from the one that the page begins in, each with the key in it behind which the page begins."""
        numbers = list(self.search.tiers)
        for number in reversed(numbers) if query.backwards else numbers:
            if query.after is None or (number < query.after[0] if query.backwards else number > query.after[0]):
                yield number, None
            elif number == query.after[0]:
                yield number, query.after[1:]
