"""ListPages, which reads any page of one list, and Page, the rows of one page with their links.

A ListPages holds neither the request it was built from nor any data, so that a prepared request can use it again for
every later page of the list: each use reads the rows from the database (docs/adr/0010-prepared-requests.md).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db import connections
from django.db.models import Model

from api.exceptions import ProblemError
from api.lists.count_policy import CountPolicy
from api.lists.cursors import Cursor, decode, encode
from api.lists.ordering import Ordered
from api.lists.readers import InstanceReader, PageQuery, PlanReader
from api.parameters.pages import DEEPEST_ROW
from core.database.counting import Count, rough_size, sampled_sizes, stored_count
from core.database.keyset import Ordering, Term, TierTerm, is_selective, with_scanned_tiers
from core.database.shuffling import ShuffledTerm

FEW_IN_TIERS = {"postgresql": 200, "sqlite": 0}
"""The most matching rows for which a first page computes each row's tier of relevance, instead of searching per tier.

A GIN index needs long for a word prefix, and as long again for each tier; FTS5 is fast at both.
"""


@dataclass(frozen=True, eq=False)
class ListPages:
    """One list: its rows and their order, its page size, and how its pages are counted, read and linked."""

    order: Ordered
    counts: CountPolicy
    size: int
    number: int | None
    """The page number of the request, None where it gave none."""
    random_seed_drawn: bool
    """Whether the random order's seed was drawn for this response, because the request gave none."""
    ids: list[int] | None
    """The value of the parameter `ids`, None where the request gave none."""
    signed_context: str
    """The path, filters and order that each cursor is signed with, and refused without."""
    address: str
    """The list's URL without the parameters that select a page."""
    reader: PlanReader | InstanceReader
    mended_search: Callable[[], str | None] | None = None
    """Returns the mended text of a search that finds nothing; None for a list without search."""

    def at(self, text: str | None) -> "Page":
        """Read the page at the cursor `text`; for None the page of the parameter `page`, or the first.

        Raises ProblemError.
        """
        cursor = None if text is None else decode(text, self.signed_context, self.order.rows.model, self.order.terms)
        offset = self._offset()
        count, names = self.counts.now()
        selective = self._is_selective(count)
        query = PageQuery(
            self.signed_context,
            self.order.rows,
            self._terms(count, cursor) if selective else self._scanned(count, offset),
            limit=self.size + 1,
            after=cursor.key if cursor else None,
            backwards=cursor is not None and cursor.backwards,
            offset=offset,
            selective=selective,
            stored_counts=names,
        )
        rows, total = self.reader.page(query)
        if names:
            count = stored_count(*names) if total is None else Count(total, exact=True)
        if offset and not rows:
            raise ProblemError("page_out_of_range", f"The list ends before page {self.number}.")
        return Page(self, query, cursor, count, rows)

    def _offset(self) -> int:
        """The number of rows before the page that the parameter `page` names; 0 without one.

        Raises ProblemError for a page that ends behind row DEEPEST_ROW.
        """
        offset = ((self.number or 1) - 1) * self.size
        if offset + self.size > DEEPEST_ROW:
            raise ProblemError("page_too_deep", f"Pages end at row {DEEPEST_ROW:,}: follow `next` instead.")
        return offset

    def _is_selective(self, count: Count | None) -> bool:
        """Whether the list has so few rows that sorting all is cheaper than scanning an index in their order.

        False without an exact count.
        """
        if count is None or not count.exact:
            return False
        return is_selective(count.value, rough_size(self.counts.prefix), self.size)

    def _terms(self, count: Count | None, cursor: Cursor | None) -> Ordering:
        """The terms to order a selective list by.

        On its first page relevance is a computed column, if there are few rows. Behind a cursor relevance stays a chain
        of tiers, since the cursor skips the tiers before it.
        """
        leading, *rest = self.order.terms
        few = FEW_IN_TIERS[connections[self.order.rows.db].vendor]
        if isinstance(leading, TierTerm) and count and count.value <= few and not cursor:
            return (Term(leading.column), *rest)
        return self.order.terms

    def _scanned(self, count: Count | None, offset: int) -> Ordering:
        """The ordering as an index is scanned: with the ranges of a random one, and the tiers that hold many rows."""
        rows, terms, prefix = self.order.rows, self.order.terms, self.counts.prefix
        leading = terms[0]
        if isinstance(leading, ShuffledTerm):
            return (leading.looking_for(offset + self.size, count.value if count else rough_size(prefix)), *terms[1:])
        if not isinstance(leading, TierTerm):
            return terms
        sizes = sampled_sizes(leading.looked_at(rows), leading.column, prefix=prefix)
        return with_scanned_tiers(terms, sizes, rough_size(prefix), self.size)

    def url(self, **place: str | None) -> str:
        """The URL of a page of this list: of the page that `cursor` or `page` in `place` names, else of the first."""
        seed = None if self.order.seed is None else str(self.order.seed)
        said = {name: value for name, value in {**place, "seed": seed}.items() if value is not None}
        return f"{self.address}{'&' if '?' in self.address else '?'}{urlencode(said)}" if said else self.address

    def missing(self) -> dict[str, Any]:
        """The member `missing` of the JSON document: which of the requested `ids` no row has.

        It is an empty dict for a request without the parameter `ids`.
        """
        if self.ids is None:
            return {}
        model: type[Model] = self.order.rows.model
        there = set(model._default_manager.filter(pk__in=self.ids).values_list("pk", flat=True))
        return {"missing": [pk for pk in self.ids if pk not in there]}


class Page:
    """The rows of one page, in the list's order, with the links to the pages before and after it."""

    def __init__(
        self, pages: ListPages, query: PageQuery, cursor: Cursor | None, count: Count | None, found: list[Any]
    ) -> None:
        self.pages, self.query, self.cursor, self.count = pages, query, cursor, count
        more, found = len(found) > pages.size, found[: pages.size]
        came_from = query.after is not None
        self.has_next = bool(found) and (came_from if query.backwards else more)
        self.has_previous = bool(found) and (more if query.backwards else came_from or query.offset > 0)
        self.rows = found[::-1] if query.backwards else found

    @cached_property
    def links(self) -> dict[str, str | None]:
        """The URLs of the next and the previous page, by `next` and `previous`; None where there is none."""
        pages, number = self.pages, self.pages.number
        links: dict[str, str | None] = {"next": None, "previous": None}
        if number is not None:
            deeper = (number + 1) * pages.size <= DEEPEST_ROW
            if self.has_next and deeper:
                links["next"] = pages.url(page=str(number + 1))
            if self.has_previous:
                links["previous"] = pages.url(page=str(number - 1))
            if deeper:
                return links
        if not self.rows and self.cursor:
            return links | self._ways_back(self.cursor)
        for rel, row, backwards in (("next", -1, False), ("previous", 0, True)):
            if getattr(self, f"has_{rel}") and links[rel] is None:
                key = pages.reader.key(self.rows[row], self.query)
                links[rel] = pages.url(cursor=encode(Cursor(key, backwards), pages.signed_context))
        return links

    def _ways_back(self, cursor: Cursor) -> dict[str, str | None]:
        """The links of a page whose rows were all deleted since its cursor was made.

        A page read backwards gets `next` to the first page, any other `previous` to the last page.
        """
        if cursor.backwards:
            return {"next": self.pages.url()}
        return {"previous": self.pages.url(cursor=encode(Cursor(None, True), self.pages.signed_context))}

    def document(self) -> dict[str, Any]:
        """The page's JSON document, as a dict: count, links, missing ids, and the rows as the serializer shows them."""
        count = {} if self.count is None else {"count": self.count.value, "count_exact": self.count.exact}
        shown = {"results": self.pages.reader.show(self.rows)}
        return {**count, **self.links, **self.pages.missing(), **self._did_you_mean(), **shown}

    def _did_you_mean(self) -> dict[str, str | None]:
        """The member `did_you_mean` of a search that finds nothing. Behind a cursor there is none: rows may be gone."""
        mended = self.pages.mended_search
        return {} if mended is None or self.rows or self.cursor else {"did_you_mean": mended()}

    def headers(self) -> dict[str, str]:
        """The page's headers: Link (RFC 8288) with the URLs of the next and previous page; empty if there are none."""
        names = {"next": "next", "previous": "prev"}
        links = [f'<{url}>; rel="{names[rel]}"' for rel, url in self.links.items() if url]
        return {"Link": ", ".join(links)} if links else {}
