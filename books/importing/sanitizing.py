"""Removes what PostgreSQL refuses from the values of a record: NUL, and lone surrogates."""

from dataclasses import fields, replace
from hashlib import blake2b
from operator import attrgetter
from typing import Any

import orjson

from books.importing.records import Credit, Record, Topic

_CONTENT = tuple(each.name for each in fields(Record) if each.name != "position")
_content = attrgetter(*_CONTENT)
_JSON = orjson.OPT_NON_STR_KEYS


def sanitized(record: Record) -> tuple[Record, str, int]:
    """The record without characters that PostgreSQL refuses, a hash of its values, and its size as JSON in bytes."""
    try:
        content = orjson.dumps(_content(record), default=str, option=_JSON)
    except TypeError:
        content = b"\\u0000"
    if b"\\u0000" in content:  # PostgreSQL refuses NUL; a lone surrogate raised TypeError
        record = replace(
            record, **{name: _sanitized(value) for name, value in zip(_CONTENT, _content(record), strict=True)}
        )
        content = orjson.dumps(_content(record), default=str, option=_JSON)
    return record, blake2b(content, digest_size=16).hexdigest(), len(content)


def _sanitized(value: Any) -> Any:
    """A copy of `value` that PostgreSQL accepts: without NUL, with `?` for each lone surrogate.

    Integers beyond 64 bits become text. Lists, tuples, dicts with their keys, Credits and Topics are copied in depth.
    """
    match value:
        case str():
            return value.replace("\0", "").encode("utf-8", "replace").decode()
        case int():
            return value if -(2**63) <= value < 2**63 else str(value)
        case list() | tuple():
            return type(value)(map(_sanitized, value))
        case dict():
            return {_sanitized(key): _sanitized(item) for key, item in value.items()}
        case Credit() | Topic():
            return replace(value, **{each.name: _sanitized(getattr(value, each.name)) for each in fields(value)})
    return value
