"""Reads Octavo's own format: a line with a header, then one JSON object a line, each a book (NDJSON)."""

import re
from collections.abc import Iterable
from functools import partial
from typing import Any

import orjson

from books.importing import record_bounds as bounds
from books.importing.parsing.contributions import Contribution, is_suffix, split_contributors
from books.importing.parsing.headings import Name, parse_heading
from books.importing.parsing.inverted_names import without_article
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
from books.importing.records import (
    RAW_LENGTH,
    BrokenFile,
    Credit,
    Flawed,
    Items,
    Record,
    Rejection,
    Topic,
    add_to_list,
    readable_key,
)
from books.standards.languages import language_code
from books.standards.relators import role_of

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
    """Yield a Record for each book, or a Rejection for a line that is no JSON or has a wrong field."""
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
            yield _record(position, data)
        except orjson.JSONDecodeError as error:
            yield Rejection(position, "malformed_json", f"The line is not JSON: {error}.", line[:RAW_LENGTH])
        except WrongValue as wrong:
            message = f"{wrong.path or 'The line'} {wrong.message}."
            yield Rejection(position, "invalid_field", message, line[:RAW_LENGTH], _key(data))


def _key(data: Any) -> str:
    """The key of the rejected record `data`; "" if it has none that is right."""
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
        credits=_credits(fields.get("authors", [])),
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


def _credits(authors: list[dict[str, Any]]) -> list[Credit]:
    credits = {}
    for author in _with_suffixes(authors):
        body = author.get("kind") == "organisation"
        named = [Contribution(author["name"])] if body else split_contributors(author["name"])
        # What is said of several in one name is said of none of them.
        said = author if len(named) == 1 else {"role": author.get("role", "")}
        for contribution in named:
            for role, note in contribution.roles or (role_of(said.get("role", "")),):
                credit = _credit(contribution.name, said, role, note)
                credits[credit.heading, role] = credit
    return list(credits.values())


def _with_suffixes(authors: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The `authors`, of whom `Jr.` and the like are no authors but belong to the name before them."""
    found: list[dict[str, Any]] = []
    for author in authors:
        if found and is_suffix(author["name"]):
            found[-1] = {**found[-1], "name": f"{found[-1]['name']}, {author['name']}"}
        else:
            found.append(author)
    return found


def _credit(spelt: str, said: dict[str, Any], role: str, note: str) -> Credit:
    """The credit of the author spelt `spelt`; the heading is the name followed by the years that are said beside it."""
    body = said.get("kind") == "organisation"
    name = Name("organisation", spelt, without_article(spelt)) if body else parse_heading(spelt, as_spoken=True)
    birth, death = said.get("birth_year", name.birth_year), said.get("death_year", name.death_year)
    others = tuple(dict.fromkeys([*_as_spoken(said.get("alternate_names", []), body), *name.alternate_names]))
    heading = spelt
    if not (name.birth_year or name.death_year) and (birth or death):
        heading = f"{spelt}, {_year(birth)}-{_year(death)}"
    return Credit(heading, name.name, name.sort_name, said.get("kind", name.kind), role, note, birth, death, others)


def _as_spoken(names: list[str], body: bool) -> list[str]:
    """The alternate `names`, those of a person in spoken order: `Twain, Mark, 1835-1910` is Mark Twain."""
    return names if body else [parse_heading(name, as_spoken=True).name for name in names]


def _year(year: int | None) -> str:
    if year is None:
        return ""
    return f"{-year} BCE" if year < 0 else str(year)
