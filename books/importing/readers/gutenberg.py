"""Reads Project Gutenberg's catalogue, `pg_catalog.csv`.

https://www.gutenberg.org/ebooks/offline_catalogs.html#the-project-gutenberg-catalog-metadata
"""

import re
from collections.abc import Iterable
from functools import lru_cache, partial

from books.importing.parsing.contributions import UNSAID, Contribution, Roles, split_contributors
from books.importing.parsing.headings import Name, parse_heading
from books.importing.parsing.references import decoded
from books.importing.parsing.titles import clean, split_title
from books.importing.readers.csv_table import Table, has_columns
from books.importing.record_bounds import HEADING, TERM
from books.importing.records import Credit, Items, Record, Rejection, Topic, Unparsed
from books.standards.languages import language_code

COLUMNS = ("Text#", "Type", "Issued", "Title", "Language", "Authors", "Subjects", "LoCC", "Bookshelves")

_KEY = re.compile(r"[1-9][0-9]{0,9}")
_START = re.compile(r'"?[0-9]+"?,(?:[A-Za-z]*|"[A-Za-z ]*"),')
# Bookshelves with one of these two prefixes are categories; the others are lists made by readers.
_CATEGORY = re.compile(r"(?:Category|Browsing):\s*(.*)", re.DOTALL)
_FAMILY_NAME_FIRST = {"zh", "ja", "ko"}


def source(first_line: str) -> str | None:
    """ "gutenberg" if `first_line` is the header of this catalogue; else None."""
    return "gutenberg" if has_columns(first_line, COLUMNS) else None


def read(lines: Iterable[str]) -> Items:
    """Yield an Unparsed record for each work, or a Rejection for a row without a number or with too few columns."""
    table = Table(lines, COLUMNS, _START)
    for row in table:
        if isinstance(row, Rejection):
            yield row
        elif _KEY.fullmatch(key := row[0].strip()):
            yield Unparsed(table.position, key, row, partial(_record, key, table.position, row))
        else:
            yield table.reject("bad_key", f"Text# is {row[0][:40]!r}, not the number of a work.")


def _record(key: str, position: int, row: tuple[str, ...]) -> Record:
    # Decoded before lists are split: a reference ends with their separator.
    _, kind, issued, raw_title, languages, authors, subjects, classes, shelves = map(decoded, row)
    title, subtitle, part, responsibility = split_title(raw_title, _values(authors))
    codes, regions, unknown = _languages(languages)
    extra = {
        "issued": issued and clean(issued),
        "source_title": raw_title if raw_title != title else "",
        "statement_of_responsibility": responsibility,
        "regions": list(regions),
        "unknown_languages": list(unknown),
    }
    categories, topics = _shelves(shelves)
    return Record(
        key=key,
        position=position,
        title=title,
        subtitle=subtitle,
        part=part,
        credits=_credits(authors, bool(codes) and _FAMILY_NAME_FIRST.issuperset(codes)) if authors else [],
        categories=list(categories),
        subjects=[
            *[_topic(name, "topic") for name in _values(subjects)],
            *[_topic(name, "class") for name in _values(classes)],
            *topics,
        ],
        languages=list(codes),
        format=_format(kind),
        identifiers=[("gutenberg", key)],
        links=[("source", "text/html", f"https://www.gutenberg.org/ebooks/{key}")],
        extra={name: value for name, value in extra.items() if value},
    )


def _values(field: str) -> list[str]:
    """The values in `field`, which semicolons separate, without doubles and in order."""
    return list(dict.fromkeys([value for part in field.split("; ") if (value := part.strip(" ;"))])) if field else []


@lru_cache(maxsize=256)
def _format(kind: str) -> str:
    return clean(kind).lower()


@lru_cache(maxsize=65_536)
def _topic(name: str, kind: str) -> Topic:
    return Topic(clean(name)[:TERM], kind)


@lru_cache(maxsize=4_096)
def _languages(field: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The codes of the known languages in `field`, their regions, and the values that are no known language.

    Semicolons separate the values: each is a code (`fra`), a tag (`fr-CA`) or a name.
    """
    known_codes = [(value, language_code(value)) for value in _values(field)]
    codes = dict.fromkeys(known[0] for _, known in known_codes if known)
    regions = dict.fromkeys(known[1] for _, known in known_codes if known and known[1])
    return tuple(codes), tuple(regions), tuple(clean(value) for value, known in known_codes if known is None)


@lru_cache(maxsize=16_384)
def _shelves(field: str) -> tuple[tuple[tuple[str, ...], ...], tuple[Topic, ...]]:
    """The bookshelves in `field`: those after `Category:` or `Browsing:` as paths of labels; the rest as topics.

    Semicolons separate the bookshelves, and ` - ` the labels of a path. Each path is given once.
    """
    paths: dict[tuple[str, ...], None] = {}
    topics = []
    for shelf in _values(field):
        if match := _CATEGORY.fullmatch(shelf):
            labels = (clean(label) for label in match[1].split(" - "))
            paths[tuple(label for label in labels if label)] = None
        else:
            topics.append(_topic(shelf, "shelf"))
    return tuple(path for path in paths if path), tuple(topics)


def _credits(field: str, family_name_first: bool) -> list[Credit]:
    credits = {}
    for value in _values(field):
        for heading, roles, name in _contributions(value, family_name_first):
            for role, note in roles:
                credits[heading, role] = Credit(
                    heading, name.name, name.sort_name, name.kind, role, note,
                    name.birth_year, name.death_year, name.alternate_names,
                )  # fmt: skip
    return list(credits.values())


@lru_cache(maxsize=65_536)
def _contributions(value: str, family_name_first: bool) -> list[tuple[str, Roles, Name]]:
    """Each contributor's heading without the roles in brackets, pairs of role and note, and the parsed name."""
    return [
        (
            heading := contribution.name[:HEADING],
            contribution.roles or UNSAID,
            parse_heading(heading, family_name_first),
        )
        for contribution in split_contributors(clean(value)) or (Contribution("Unknown"),)
    ]
