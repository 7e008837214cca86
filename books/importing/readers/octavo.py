"""Reads Octavo's own format: a line with a header, then one JSON object a line, each a book (NDJSON)."""

import re
from collections.abc import Iterable
from functools import partial
from typing import Any

import orjson

from books.importing import record_bounds as bounds
from books.importing.parsing.isbns import read_isbns
from books.importing.parsing.titles import UNTITLED, shortened
from books.importing.readers import json_checks as checks
from books.importing.readers.json_checks import (
    WrongValue,
    integer,
    list_of,
    mapping_of,
    nested,
    non_empty,
    object_of,
    one_of,
    text,
)
from books.importing.readers.octavo_credits import credits_of
from books.importing.records import (
    RAW_LENGTH,
    BrokenFile,
    Flawed,
    Items,
    Record,
    Rejection,
    Topic,
    Unparsed,
    add_to_list,
    readable_key,
)
from books.standards.languages import language_code

readable = partial(text, references=True)

COLUMNS: tuple[str, ...] = ()
"""Empty, because the format has no columns."""

VERSION = 1

_AUTHOR = {
    "name": non_empty(readable(bounds.HEADING - 20)),  # leaves room for the years in the heading
    "birth_year": checks.year,
    "death_year": checks.year,
    "role": text(bounds.NOTE),
    "kind": one_of(bounds.AUTHOR_KINDS),
    "alternate_names": list_of(non_empty(readable(bounds.NAME))),
}
_SUBJECT = object_of(
    {"name": non_empty(readable(bounds.TERM)), "kind": one_of(bounds.SUBJECT_KINDS)}, required=("name",)
)
_LINK = {"rel": non_empty(text(40)), "media_type": text(100), "url": non_empty(text(2_000))}
FIELDS = {
    "key": non_empty(text(bounds.KEY)),
    "title": readable(),
    "subtitle": readable(),
    "part": readable(bounds.TEXTS["part"]),
    "authors": list_of(object_of(_AUTHOR, required=("name",))),
    "categories": list_of(non_empty(list_of(non_empty(readable(bounds.LABEL)), distinct=False))),
    "subjects": list_of(lambda value: _SUBJECT({"name": value} if isinstance(value, str) else value)),
    "languages": list_of(text(100)),
    "original_languages": list_of(text(100)),
    "first_published_year": checks.year,
    "published_year": checks.year,
    "published": checks.date,
    "publisher": readable(bounds.TEXTS["publisher"]),
    "pages": integer(1),
    "format": text(bounds.TEXTS["format"]),
    "identifiers": mapping_of(non_empty(text(bounds.SCHEME)), list_of(non_empty(text(bounds.VALUE)))),
    "isbns": list_of(non_empty(text(bounds.VALUE))),
    "series": list_of(
        object_of({"name": non_empty(readable(bounds.SERIES)), "position": text(bounds.VOLUME)}, required=("name",))
    ),
    "description": text(lines=True),
    "cover": mapping_of(one_of(frozenset({"small", "medium", "large"})), non_empty(text(2_000))),
    "rating_average": checks.rating,
    "ratings_count": integer(0),
    "popularity": integer(0),
    "work": text(bounds.TEXTS["work"]),
    "links": list_of(object_of(_LINK, required=("url",))),
    "extra": mapping_of(text(200), nested),
}
_SAME = (
    "subtitle", "part", "first_published_year", "published", "publisher", "pages", "format", "description", "cover",
    "rating_average", "ratings_count", "popularity",
)  # fmt: skip
# An escaped NUL; an escaped backslash before the letters u0000 does not match.
_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")


def source(first_line: str) -> str | None:
    """The source that the header `first_line` names, "" if it names none; None if it is no header of this format.

    Raises BrokenFile for a header that is wrong.
    """
    try:
        header = orjson.loads(first_line.lstrip("\ufeff"))
    except orjson.JSONDecodeError:
        return None
    if not isinstance(header, dict) or header.get("_format") != "octavo":
        return None
    if header.get("version") != VERSION:
        raise BrokenFile(f"The file is of version {header.get('version')!r}; this Octavo reads version {VERSION}.")
    name = header.get("source", "")
    if not isinstance(name, str):
        raise BrokenFile("The header's source must be a text.")
    return name


def read(lines: Iterable[str]) -> Items:
    """Yield an Unparsed record for each book that has a key, a Record for each other, or a Rejection."""
    rest = iter(lines)
    if source(next(rest, "")) is None:
        raise BrokenFile('The first line is not a header: {"_format": "octavo", "version": 1, "source": "…"}.')
    for position, line in enumerate(rest, start=2):
        if type(line) is Flawed:
            yield Rejection(position, line.reason, line.message, line[:RAW_LENGTH])
            continue
        if not line.strip():
            continue
        try:
            data = orjson.loads(_NUL.sub(r"\1", line.replace("\0", "")))
        except orjson.JSONDecodeError as error:
            yield Rejection(position, "malformed_json", f"The line is not JSON: {error}.", line[:RAW_LENGTH])
            continue
        parse = partial(_parsed, position, line, data)
        key = _key(data)
        yield Unparsed(position, key, (line,), parse) if key else parse()


def _parsed(position: int, line: str, data: Any) -> Record | Rejection:
    """The record of a `line` that has the JSON `data`, or a Rejection for a wrong field."""
    try:
        return _record(position, data)
    except WrongValue as wrong:
        message = f"{wrong.path or 'The line'} {wrong.message}."
        return Rejection(position, "invalid_field", message, line[:RAW_LENGTH], _key(data))


def _key(data: Any) -> str:
    """The key of the record `data`; "" if it has none that is right."""
    try:
        return readable_key(FIELDS["key"](data["key"]))
    except (KeyError, TypeError, WrongValue):
        return ""


def _record(position: int, data: Any) -> Record:
    if not isinstance(data, dict):
        raise WrongValue("must be an object")
    unknown = {name: value for name, value in data.items() if name not in FIELDS and value is not None}
    known = {name: value for name, value in data.items() if name in FIELDS}
    try:
        fields = object_of(FIELDS, required=("title",))(known)
        extra = {**mapping_of(text(200), nested)(unknown), **fields.get("extra", {})}
    except WrongValue as wrong:
        raise WrongValue(wrong.message, wrong.path.removeprefix(".")) from None
    title, rest = shortened(fields["title"], bounds.TEXTS["title"])
    published = fields.get("published", "")
    if rest:
        extra["source_title"] = fields["title"]
        fields["subtitle"] = f"{rest} {fields.get('subtitle', '')}".rstrip()
    isbns = read_isbns(fields.get("isbns", []))
    for worded in isbns.worded:
        add_to_list(extra, "source_isbns", worded)
    identifiers = [(scheme, value) for scheme, values in fields.get("identifiers", {}).items() for value in values]
    return Record(
        key=fields.get("key", ""),
        position=position,
        title=title or UNTITLED,
        credits=credits_of(fields.get("authors", [])),
        categories=[tuple(path) for path in fields.get("categories", [])],
        subjects=[Topic(**subject) for subject in fields.get("subjects", [])],
        series=[(series["name"], series.get("position", "")) for series in fields.get("series", [])],
        languages=_languages(fields.get("languages", []), extra),
        original_languages=_languages(fields.get("original_languages", []), extra),
        published_year=fields.get("published_year") or (int(published[:4]) if published else None),
        identifiers=list(dict.fromkeys([*identifiers, *isbns.invalid])),
        isbns=isbns.valid,
        links=[(i.get("rel", "related"), i.get("media_type", ""), i["url"]) for i in fields.get("links", [])],
        work=fields.get("work", ""),
        extra=extra,
        **{name: fields[name] for name in _SAME if name in fields},
    )


def _languages(values: list[str], extra: dict[str, Any]) -> list[str]:
    """The codes of the languages that `values` name; regions and unknown languages are added to `extra`."""
    codes = dict[str, None]()
    for value in values:
        known = language_code(value)
        if known is None:
            add_to_list(extra, "unknown_languages", value)
            continue
        codes[known[0]] = None
        if known[1]:
            add_to_list(extra, "regions", known[1])
    return list(codes)
