"""A list as it was asked for, and its pages.

A listing holds nothing of the request it was read from and nothing of the data: asked again for the same list, or
for another place in it, it reads the rows anew and nothing else twice (docs/adr/0010-prepared-requests.md).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol
from urllib.parse import urlencode

from django.db import connections
from django.db.models import Model, QuerySet

from api.exceptions import ProblemError
from api.lists.cursors import Cursor, decode, encode
from api.lists.ordering import Ordered
from api.lists.readers import InstanceReader, PageQuery, PlanReader
from core.database.counting import BoundedCount, Count, cache_key, count_rows, rough_size, sampled_sizes, stored_count
from core.database.keyset import Ordering, Term, TierTerm, is_selective, with_scanned_tiers

DEEPEST_ROW = 10_000

FEW_IN_TIERS = {"postgresql": 200, "sqlite": 0}
"""Rows of which the first page is found by looking at each for its tier, instead of finding the rows of each tier.

GIN takes long for a word's beginning, and again for each tier; FTS5 does not, and gains nothing by it.
"""


class Counts(Protocol):
    """Whoever knows how long a list is: its filter set, or the owner of what it lists."""

    def kept_names(self) -> tuple[str, ...]:
        """The kept counts that add up to the number of rows, if there are any."""

    def kept_count(self) -> Count | None:
        """The number of rows, where something else has it."""

    def bounded_count(self) -> BoundedCount | None:
        """What counts the rows up to a bound with less work than the list itself, where there is such."""


@dataclass(frozen=True, eq=False)
class CountPolicy:
    """How many rows a list has, and whether that is to be said."""

    rows: QuerySet[Any]
    counts: Counts
    asked: str | None
    """The parameter `count`."""
    narrowed: bool
    """Whether a filter was given."""
    prefix: str
    """Of the names of the table's kept counts."""
    shares: bool

    @cached_property
    def _name(self) -> str:
        return cache_key(self.rows)

    def now(self) -> tuple[Count | None, tuple[str, ...]]:
        """The number of rows; or, for a whole list, the names of the kept counts that the page's statement adds up."""
        if self.asked == "none":
            return None, ()
        if count := self.counts.kept_count():
            return count, ()
        if names := self.counts.kept_names():
            return (stored_count(*names), ()) if self.narrowed else (None, names)
        counted = count_rows(
            self.rows,
            prefix=self.prefix,
            name=self._name,
            exact=self.asked == "exact",
            share=self.shares,
            bounded=self.counts.bounded_count(),
        )
        return counted, ()


@dataclass(frozen=True, eq=False)
class Listing:
    """Which rows, in which order, how many on a page, and what is said about them."""

    order: Ordered
    length: CountPolicy
    size: int
    number: int | None
    """Of the page, where it was asked for by number."""
    random_seed_drawn: bool
    """Whether the seed of a random order was drawn, for this answer and those its links lead to."""
    ids: list[int] | None
    signed_context: str
    address: str
    """The list's URL without what says where in it one is."""
    reader: PlanReader | InstanceReader

    @property
    def is_preparable(self) -> bool:
        """Whether it says the same at any time: no ids were looked up for it, and no seed drawn."""
        return not getattr(self.order.rows, "known", ()) and not self.random_seed_drawn

    def page(self, text: str | None) -> "Page":
        """The page at the cursor `text`, the numbered one, or the first. Raises ProblemError."""
        cursor = None if text is None else decode(text, self.signed_context, self.order.rows.model, self.order.terms)
        offset = self._offset()
        count, names = self.length.now()
        selective = self._is_selective(count)
        stretch = PageQuery(
            self.signed_context,
            self.order.rows,
            self._terms(count, cursor) if selective else self._with_scanned_tiers(),
            limit=self.size + 1,
            after=cursor.key if cursor else None,
            backwards=cursor is not None and cursor.backwards,
            offset=offset,
            selective=selective,
            kept=names,
        )
        found, total = self.reader.page(stretch)
        if names:
            count = stored_count(*names) if total is None else Count(total, exact=True)
        if offset and not found:
            raise ProblemError("page_out_of_range", f"The list ends before page {self.number}.")
        return Page(self, stretch, cursor, count, found)

    def _offset(self) -> int:
        """Rows before the numbered page. Raises ProblemError."""
        offset = ((self.number or 1) - 1) * self.size
        if offset + self.size > DEEPEST_ROW:
            raise ProblemError("page_too_deep", f"Pages end at row {DEEPEST_ROW:,}: follow `next` instead.")
        return offset

    def _is_selective(self, count: Count | None) -> bool:
        """Whether so few rows match that finding them all comes first; unknown without an exact count."""
        if count is None or not count.exact:
            return False
        return is_selective(count.value, rough_size(self.length.prefix), self.size)

    def _terms(self, count: Count | None, cursor: Cursor | None) -> Ordering:
        """The ordering of a selective list: tiers that hold few rows together are not looked for one by one.

        Behind a cursor they are: those before it are over.
        """
        leading, *rest = self.order.terms
        few = FEW_IN_TIERS[connections[self.order.rows.db].vendor]
        if isinstance(leading, TierTerm) and count and count.value <= few and not cursor:
            return (Term(leading.column), *rest)
        return self.order.terms

    def _with_scanned_tiers(self) -> Ordering:
        rows, terms, prefix = self.order.rows, self.order.terms, self.length.prefix
        leading = terms[0]
        if not isinstance(leading, TierTerm):
            return terms
        sizes = sampled_sizes(leading.looked_at(rows), leading.column, prefix=prefix)
        return with_scanned_tiers(terms, sizes, rough_size(prefix), self.size)

    def at(self, **place: str | None) -> str:
        """The URL of another place in the list."""
        seed = None if self.order.seed is None else str(self.order.seed)
        said = {name: value for name, value in {**place, "seed": seed}.items() if value is not None}
        return f"{self.address}{'&' if '?' in self.address else '?'}{urlencode(said)}" if said else self.address

    def missing(self) -> dict[str, Any]:
        """With `ids`, those that do not exist, as a member of the page's document."""
        if self.ids is None:
            return {}
        model: type[Model] = self.order.rows.model
        there = set(model._default_manager.filter(pk__in=self.ids).values_list("pk", flat=True))
        return {"missing": [pk for pk in self.ids if pk not in there]}


class Page:
    """A stretch of a listing: its rows in order, and what lies beside it."""

    def __init__(
        self, listing: Listing, stretch: PageQuery, cursor: Cursor | None, count: Count | None, found: list[Any]
    ) -> None:
        self.listing, self.stretch, self.cursor, self.count = listing, stretch, cursor, count
        more, found = len(found) > listing.size, found[: listing.size]
        came_from = stretch.after is not None
        self.has_next = bool(found) and (came_from if stretch.backwards else more)
        self.has_previous = bool(found) and (more if stretch.backwards else came_from or stretch.offset > 0)
        self.rows = found[::-1] if stretch.backwards else found

    @cached_property
    def links(self) -> dict[str, str | None]:
        """The URLs of the pages beside this one."""
        listing, number = self.listing, self.listing.number
        links: dict[str, str | None] = {"next": None, "previous": None}
        if number is not None:
            deeper = (number + 1) * listing.size <= DEEPEST_ROW
            if self.has_next and deeper:
                links["next"] = listing.at(page=str(number + 1))
            if self.has_previous:
                links["previous"] = listing.at(page=str(number - 1))
            if deeper:
                return links
        if not self.rows and self.cursor:
            return links | self._ways_back(self.cursor)
        for rel, row, backwards in (("next", -1, False), ("previous", 0, True)):
            if getattr(self, f"has_{rel}") and links[rel] is None:
                key = listing.reader.key(self.rows[row], self.stretch)
                links[rel] = listing.at(cursor=encode(Cursor(key, backwards), listing.signed_context))
        return links

    def _ways_back(self, cursor: Cursor) -> dict[str, str | None]:
        """From a page whose rows were all deleted: to the beginning, or to the end of what is left."""
        if cursor.backwards:
            return {"next": self.listing.at()}
        return {"previous": self.listing.at(cursor=encode(Cursor(None, True), self.listing.signed_context))}

    def document(self, shown: list[Any]) -> dict[str, Any]:
        """The page's members, its rows as they are `shown`."""
        count = {} if self.count is None else {"count": self.count.value, "count_exact": self.count.exact}
        return {**count, **self.links, **self.listing.missing(), "results": shown}

    def headers(self) -> dict[str, str]:
        """The same links as RFC 8288 has them, if there are any."""
        names = {"next": "next", "previous": "prev"}
        links = [f'<{url}>; rel="{names[rel]}"' for rel, url in self.links.items() if url]
        return {"Link": ", ".join(links)} if links else {}
