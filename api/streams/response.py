"""The response that streams every row of a list."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from django.http import StreamingHttpResponse

from api.lists.count_policy import CountPolicy
from api.lists.pages import ListPages, Page
from api.streams.formats import StreamFormat
from core.database.counting import Count
from core.database.snapshots import snapshot
from serializers.base import Serializer

FIRST_ROWS, MORE_ROWS = 200, 2_000
"""Rows that are read by the first statement, and by each of the others."""


@dataclass(frozen=True, eq=False)
class CountedOnce(CountPolicy):
    """A CountPolicy that counts the rows of a stream before its first page, and not again."""

    @cached_property
    def _counted(self) -> Count | None:
        return super().now()[0]

    def now(self) -> tuple[Count | None, tuple[str, ...]]:
        """The count of the first call, and no stored counts."""
        return self._counted, ()


def stream_response(
    pages: ListPages, serializer: type[Serializer], form: StreamFormat, *, is_head: bool
) -> StreamingHttpResponse:
    """The response with every row of the list `pages`, as `serializer` shows it.

    To HEAD it has no body. It breaks off where a row cannot be read: only a whole one has its end.
    """
    parts: Iterator[bytes] = iter(()) if is_head else _parts(pages, serializer, form)
    return StreamingHttpResponse(
        parts, content_type=form.content_type, headers={"Cache-Control": "no-store", "Vary": "Accept"}
    )


def _parts(pages: ListPages, serializer: type[Serializer], form: StreamFormat) -> Iterator[bytes]:
    """The parts of the body, read from one snapshot; called on the thread that sends them."""
    count = 0
    with snapshot(pages.order.rows.db):
        if first := form.first(serializer):
            yield first
        for page in _all(pages):
            count += len(page.rows)
            if page.rows:
                yield form.rows(serializer, pages.reader.show(page.rows))
        yield form.end(count)


def _all(pages: ListPages) -> Iterator[Page]:
    cursor, size = None, FIRST_ROWS
    while True:
        page = replace(pages, size=size).at(cursor)
        yield page
        cursor, size = page.next_cursor, MORE_ROWS
        if cursor is None:
            return
