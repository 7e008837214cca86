"""Finds pairs of books or authors that may be one, for editors: by ISBNs, identifiers, titles and names.

Keys are looked through in the order of an index, some at a time, so that one request costs the same however many rows
there are. Two rows that an editor has taken apart again are no pair.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from django.db import connection

from books.importing.joining.lives import years_agree
from books.importing.merging.agreement import Description
from books.importing.parsing.titles import UNTITLED
from books.standards.identifiers import SINGLE_RECORD
from core.changes.models import RecordedMerge
from core.database.bulk import select_in
from core.text import match_key

WINDOW = 50_000
"""Entries of an index that are looked through at a time: 20 ms on PostgreSQL."""

MOST_COMPARED = 50
"""Rows of one key that a row is compared with."""


class Row(NamedTuple):
    """A row that bears a key; `values` are those by which it is compared with others of the key."""

    pk: int
    text: str
    values: tuple[Any, ...] = ()


class Candidates(NamedTuple):
    """Two rows that may be one, for the `reason`; `key` is what both have."""

    reason: str
    key: str
    one: Row
    other: Row


class Position(NamedTuple):
    """Where to go on: in which of a resource's lookups, at which key, behind which pair of the key's rows.

    Without a pair (0) it is behind all rows of the key.
    """

    lookup: int = 0
    key: str = ""
    one: int = 0
    other: int = 0


class Lookup(NamedTuple):
    """A way to find candidates: an index with a key, the rows that bear some keys, and which of these may be one."""

    reason: str
    column: str
    table: str
    rows: str
    """SQL of the key, the id, the text and what is compared, of the rows with the keys `IN %s`."""
    may_be_one: Callable[[Row, Row], bool] = lambda one, other: True


def _same_book(one: Row, other: Row) -> bool:
    """Whether two books of one title are of the same first author, share a language, and are not different volumes."""
    (author, languages, volume), (its_author, its_languages, its_volume) = one.values, other.values
    return bool(
        author is not None
        and author == its_author
        and (not languages or not its_languages or languages & its_languages)
        and (not volume or not its_volume or volume == its_volume)
    )


class _Life(NamedTuple):
    kind: str
    birth_year: int | None
    death_year: int | None


def _same_author(one: Row, other: Row) -> bool:
    """Whether two authors of one name are of the same kind and may have had one life."""
    life, its_life = _Life(*one.values), _Life(*other.values)
    return life.kind == its_life.kind and years_agree(life, its_life)


def _numbered(table: str, column: str, where: str = "") -> str:
    return (
        f"SELECT link.{column}, book.id, book.title FROM {table} link JOIN books_book book ON book.id = link.book_id"  # noqa: S608
        f" WHERE {where}link.{column} IN %s ORDER BY 1, 2"
    )


LOOKUPS: dict[str, list[Lookup]] = {
    "books": [
        Lookup("same_isbn", "isbn_13", "books_bookisbn WHERE", _numbered("books_bookisbn", "isbn_13")),
        *(
            Lookup(
                "conflicting_identifier", "value", f"books_bookidentifier WHERE scheme = '{scheme}' AND",
                _numbered("books_bookidentifier", "value", f"link.scheme = '{scheme}' AND "),
            )
            for scheme in sorted(SINGLE_RECORD)
        ),
        Lookup(
            "same_title", "title_key", "books_book WHERE",
            "SELECT title_key, id, title, author_key, languages, subtitle, part FROM books_book"
            " WHERE title_key IN %s ORDER BY 1, 2",
            _same_book,
        ),
    ],
    "authors": [
        Lookup(
            "same_name", "match_key", "authors_author WHERE",
            "SELECT match_key, id, name, kind, birth_year, death_year FROM authors_author"
            " WHERE kind <> 'placeholder' AND match_key IN %s ORDER BY 1, 2",
            _same_author,
        ),
    ],
}  # fmt: skip
_UNTITLED = match_key(UNTITLED)


def duplicates(
    resource: str, position: Position, limit: int, windows: int
) -> tuple[list[tuple[Candidates, Position]], Position | None]:
    """At most `limit` candidates of `resource` behind `position`, each with its own; and where to go on, or None.

    At most `windows` times WINDOW entries of indexes are looked through, beside the ends of indexes, so there may be
    fewer.
    """
    found: list[tuple[Candidates, Position]] = []
    where: Position | None = position
    while where and windows > 0 and len(found) < limit:
        some, behind = _look(resource, where, limit - len(found))
        found += some
        windows -= behind is not None and behind.lookup == where.lookup
        where = behind
    return found, where


def _look(resource: str, position: Position, limit: int) -> tuple[list[tuple[Candidates, Position]], Position | None]:
    """Candidates out of one window, and where to go on."""
    lookup = LOOKUPS[resource][position.lookup]
    keys, behind = _keys(lookup, position, limit)
    found: list[tuple[Candidates, Position]] = []
    for each in _pairs(lookup, resource, keys):
        place = Position(position.lookup, each.key, each.one.pk, each.other.pk)
        if place.key == position.key and place <= position:
            continue
        if len(found) == limit:
            return found, found[-1][1]
        found.append((each, place))
    if behind is not None:
        return found, Position(position.lookup, behind)
    return found, Position(position.lookup + 1) if position.lookup + 1 < len(LOOKUPS[resource]) else None


def _keys(lookup: Lookup, position: Position, limit: int) -> tuple[list[str], str | None]:
    """Keys that several rows bear, out of one window, and the last key that was looked at; None at the index's end."""
    table, column = lookup.table, lookup.column
    beginning = f"FROM {table} {column} {'>=' if position.one else '>'} %s"
    edge = select_in(connection, f"SELECT {column} {beginning} ORDER BY {column} LIMIT 1 OFFSET {WINDOW}", position.key)
    end = f" AND {column} <= %s" if edge else ""
    sql = f"SELECT {column} {beginning}{end} GROUP BY {column} HAVING count(*) > 1 ORDER BY {column} LIMIT {limit + 1}"
    keys = [key for (key,) in select_in(connection, sql, position.key, *(edge[0] if edge else ()))]
    behind = keys[-1] if len(keys) > limit else edge[0][0] if edge else None
    return keys, behind


def _pairs(lookup: Lookup, resource: str, keys: list[str]) -> Iterator[Candidates]:
    """The pairs of rows of each of `keys`, in order: each row with the first before it that may be the same."""
    rows = select_in(connection, lookup.rows, keys)
    for key, of_key in groupby(rows, itemgetter(0)):
        if lookup.reason == "same_title" and key == _UNTITLED:
            continue
        pairs = [(one, other) for one, other in _alike(lookup, [_row(lookup, row) for row in of_key])]
        apart = _apart(resource, {pk for one, other in pairs for pk in (one.pk, other.pk)})
        for one, other in sorted(pairs, key=lambda pair: (pair[0].pk, pair[1].pk)):
            if (one.pk, other.pk) not in apart:
                yield Candidates(lookup.reason, key, one, other)


def _alike(lookup: Lookup, rows: list[Row]) -> Iterator[tuple[Row, Row]]:
    for place, other in enumerate(rows):
        one = next((row for row in rows[:place][:MOST_COMPARED] if lookup.may_be_one(row, other)), None)
        if one:
            yield one, other


def _row(lookup: Lookup, row: tuple[Any, ...]) -> Row:
    _, pk, text, *values = row
    if lookup.reason == "same_title":
        author, languages, subtitle, part = values
        described = Description.of(title=text, subtitle=subtitle, part=part, names=(), first_year=None, year=None)
        values = [author, frozenset(json.loads(languages)), described.volume]
    return Row(pk, text, tuple(values))


def _apart(resource: str, pks: Iterable[int]) -> set[tuple[int, int]]:
    """The pairs of rows with ids in `pks` whose merge an editor has undone."""
    wanted = sorted(pks)
    undone = RecordedMerge.objects.filter(resource=resource, gone__in=wanted, undone_at__isnull=False)
    pairs: defaultdict[int, set[int]] = defaultdict(set)
    for gone, kept in undone.values_list("gone", "kept"):
        pairs[min(gone, kept)].add(max(gone, kept))
    return {(one, other) for one, others in pairs.items() for other in others}
