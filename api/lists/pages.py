"""ListPages, which reads any page of one list, and Page, the rows of one page with their links.

A ListPages holds neither the request it was built from nor any data, so that a prepared request can use it again for
every later page of the list: each use reads the rows from the database (docs/adr/0010-prepared-requests.md).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from api.exceptions import ProblemError
from api.lists.count_policy import CountPolicy
from api.lists.cursors import Cursor, decode, encode
from api.lists.ordering import Ordered
from api.lists.readers import InstanceReader, PageQuery, PlanReader
from api.lists.searching import SearchReader
from api.parameters.pages import DEEPEST_ROW
from core.changes.querysets import FollowingQuerySet
from core.database.counting import Count, rough_size, stored_count
from core.database.keyset import is_selective
from core.database.shuffling import ShuffledTerm


@dataclass(frozen=True, eq=False)
class ListPages:
    """One list: its rows and their order, its page size, and how its pages are counted, read and linked."""

    order: Ordered
    counts: CountPolicy
    search: SearchReader | None
    """Finds and counts the rows of a search; None for any other list."""
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
        query = PageQuery(
            self.signed_context,
            self.order.rows,
            self.order.terms,
            limit=self.size + 1,
            after=cursor.key if cursor else None,
            backwards=cursor is not None and cursor.backwards,
            offset=self._offset(),
        )
        page = self._searched(query, cursor) if self.search else self._read(query, cursor)
        if query.offset and not page.rows:
            raise ProblemError("page_out_of_range", f"The list ends before page {self.number}.")
        return page

    def _searched(self, query: PageQuery, cursor: Cursor | None) -> "Page":
        """The page of a search."""
        assert self.search
        keys, count = self.search.read(query)
        rows = self.reader.listed(keys[: self.size], query)
        return Page(self, query, cursor, self.counts.shown(count), rows=rows, more=len(keys) > self.size)

    def _read(self, query: PageQuery, cursor: Cursor | None) -> "Page":
        """The page of any other list."""
        count, names = self.counts.now()
        leading = query.ordering[0]
        if isinstance(leading, ShuffledTerm):
            length = count.value if count else rough_size(self.counts.prefix)
            query = replace(
                query, ordering=(leading.looking_for(query.offset + self.size, length), *query.ordering[1:])
            )
        query = replace(query, selective=self._is_selective(count), stored_counts=names)
        rows, total = self.reader.page(query)
        if names:
            count = stored_count(*names) if total is None else Count(total, exact=True)
        return Page(self, query, cursor, count, rows=rows[: self.size], more=len(rows) > self.size)

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

    def url(self, **place: str | None) -> str:
        """The URL of a page of this list: of the page that `cursor` or `page` in `place` names, else of the first."""
        seed = None if self.order.seed is None else str(self.order.seed)
        said = {name: value for name, value in {**place, "seed": seed}.items() if value is not None}
        return f"{self.address}{'&' if '?' in self.address else '?'}{urlencode(said)}" if said else self.address

    def missing(self, shown: set[int]) -> list[int]:
        """Which of the requested `ids` lead to no row; the rows with the ids `shown` are known to be there."""
        unseen = [pk for pk in self.ids or () if pk not in shown]
        if not unseen:
            return []
        rows: FollowingQuerySet[Any] = self.order.rows.model._default_manager.all()
        into = rows.merged(unseen)
        sought = {into.get(pk, pk) for pk in unseen} - shown
        there = shown.union(rows.filter(pk__in=sought).values_list("pk", flat=True)) if sought else shown
        return [pk for pk in unseen if into.get(pk, pk) not in there]


class Page:
    """The rows of one page, in the list's order, with the links to the pages before and after it."""

    def __init__(
        self,
        pages: ListPages,
        query: PageQuery,
        cursor: Cursor | None,
        count: Count | None,
        *,
        rows: list[Any],
        more: bool,
    ) -> None:
        self.pages, self.query, self.cursor, self.count = pages, query, cursor, count
        came_from = query.after is not None
        self.has_next = bool(rows) and (came_from if query.backwards else more)
        self.has_previous = bool(rows) and (more if query.backwards else came_from or query.offset > 0)
        self.rows = rows[::-1] if query.backwards else rows

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
                links[rel] = pages.url(cursor=self._cursor(row, backwards))
        return links

    @property
    def next_cursor(self) -> str | None:
        """The cursor of the next page; None on the last one."""
        return self._cursor(-1, False) if self.has_next else None

    def _cursor(self, row: int, backwards: bool) -> str:
        key = self.pages.reader.key(self.rows[row], self.query)
        return encode(Cursor(key, backwards), self.pages.signed_context)

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
        return {**count, **self.links, **self._missing(), **self._did_you_mean(), **shown}

    def _missing(self) -> dict[str, list[int]]:
        """The member `missing`; an empty dict for a request without the parameter `ids`."""
        if self.pages.ids is None:
            return {}
        # Every ordering ends with the id.
        return {"missing": self.pages.missing({self.pages.reader.key(row, self.query)[-1] for row in self.rows})}

    def _did_you_mean(self) -> dict[str, str | None]:
        """The member `did_you_mean` of a search that finds nothing. Behind a cursor there is none: rows may be gone."""
        mended = self.pages.mended_search
        return {} if mended is None or self.rows or self.cursor else {"did_you_mean": mended()}

    def headers(self) -> dict[str, str]:
        """The page's headers: Link (RFC 8288) with the URLs of the next and previous page; empty if there are none."""
        names = {"next": "next", "previous": "prev"}
        links = [f'<{url}>; rel="{names[rel]}"' for rel, url in self.links.items() if url]
        return {"Link": ", ".join(links)} if links else {}
