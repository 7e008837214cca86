"""The formats of streams: NDJSON, a JSON document a line; and CSV, for spreadsheets."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from serializers.base import Serializer

Document = Mapping[str, Any]

FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""What a cell begins with that spreadsheets take for a formula."""


@dataclass(frozen=True)
class StreamFormat:
    """A format: its name, its media type, and functions that make bytes of what comes first, of rows, and at the end.

    `first` gets the serializer of the rows, `end` their number.
    """

    name: str
    media_type: str
    content_type: str
    first: Callable[[type[Serializer]], bytes]
    rows: Callable[[type[Serializer], Iterable[Document]], bytes]
    end: Callable[[int], bytes]


def _ndjson_rows(serializer: type[Serializer], documents: Iterable[Document]) -> bytes:
    return b"".join(orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE) for document in documents)


def _ndjson_end(count: int) -> bytes:
    # There is no log of changes yet that a cursor could be of.
    return orjson.dumps({"_end": True, "count": count, "changes_cursor": None}, option=orjson.OPT_APPEND_NEWLINE)


def _csv_first(serializer: type[Serializer]) -> bytes:
    return _csv([list(serializer.declared_fields())])


def _csv_rows(serializer: type[Serializer], documents: Iterable[Document]) -> bytes:
    names = list(serializer.declared_fields())
    return _csv([[cell(document.get(name)) for name in names] for document in documents])


def _csv(rows: Iterable[Iterable[Any]]) -> bytes:
    file = io.StringIO(newline="")
    csv.writer(file).writerows(rows)
    return file.getvalue().encode()


def cell(value: Any) -> Any:
    """What a spreadsheet shows of a value of a JSON document.

    Lists are parted by semicolons; of nested resources it is the name, else the URL. A text that would be taken for a
    formula has an apostrophe before it.
    """
    if isinstance(value, bool):
        return str(value).lower()
    if value is None or isinstance(value, int | float):
        return value
    text = value if isinstance(value, str) else _plain(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return next(
            (str(value[name]) for name in ("name", "title", "url", "large") if value.get(name)),
            "; ".join(f"{name}:{_plain(each)}" for name, each in value.items()),
        )
    if isinstance(value, list | tuple):
        return "; ".join(map(_plain, value))
    return "" if value is None else str(value)


NDJSON = StreamFormat(
    "ndjson", "application/x-ndjson", "application/x-ndjson", lambda serializer: b"", _ndjson_rows, _ndjson_end
)
CSV = StreamFormat("csv", "text/csv", "text/csv; charset=utf-8; header=present", _csv_first, _csv_rows, lambda _: b"")
STREAMED = {each.name: each for each in (NDJSON, CSV)}
"""The formats by name."""
