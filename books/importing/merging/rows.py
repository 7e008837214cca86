"""Converts a record to database rows: the columns of its book, and the rows of the book's link tables."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

from books.importing.entities.authors import ResolvedAuthor
from books.importing.entities.categories import Path, ResolvedCategory
from books.importing.entities.subjects import ResolvedSubject, SubjectKey
from books.importing.records import Record
from books.importing.writing.batch_writes import JSON, SAME, TABLES
from books.standards.series_places import place_key
from core.database.bulk import Row, json_text
from core.text import title_keys

Links = dict[tuple[Any, ...], tuple[Any, ...]]
"""Link rows of one book, without its id: the columns that identify a row, mapped to the others."""


@dataclass(slots=True)
class ResolvedEntities:
    """The authors, categories, subjects and series that the records of a batch name, found or created."""

    authors_by_heading: dict[str, ResolvedAuthor]
    categories_by_path: dict[Path, ResolvedCategory]
    subjects_by_name: dict[SubjectKey, ResolvedSubject]
    series_by_name: dict[str, int]

    def authors(self, record: Record) -> list[Row]:
        """Rows of books_bookauthor for `record`, without book id: each author once in a role, with its position."""
        links: dict[tuple[int, str], str] = {}
        for credit in record.credits:
            links.setdefault((self.authors_by_heading[credit.heading].pk, credit.role), credit.note)
        return [(*key, note, place) for place, (key, note) in enumerate(links.items())]

    def categories(self, record: Record) -> list[Row]:
        """Rows of books_bookcategory for `record`, without book id: each category once, with its position.

        The categories above them have no rows.
        """
        paths = self.categories_by_path
        return [(pk, place) for place, pk in enumerate(dict.fromkeys([paths[path].pk for path in record.categories]))]

    def subjects(self, record: Record) -> list[Row]:
        """Rows of books_booksubject for `record`: each subject once, with its position and spelling."""
        subjects, spellings = self.subjects_by_name, dict[int, int | None]()
        for topic in record.subjects:
            spellings.setdefault(*subjects[topic.kind, topic.name])
        return [(pk, place, spelling) for place, (pk, spelling) in enumerate(spellings.items())]

    def series(self, record: Record) -> list[Row]:
        """Rows of books_bookseries for `record`, without book id: each place in a series once."""
        places = dict.fromkeys([(self.series_by_name[name], place) for name, place in record.series])
        return [(*place, place_key(place[1])) for place in places]

    def subject_terms(self, record: Record) -> list[tuple[str, str]]:
        """The kind and the name of each subject of `record`, of several spellings of one the first."""
        subjects, terms = self.subjects_by_name, dict[int, tuple[str, str]]()
        for topic in record.subjects:
            terms.setdefault(subjects[topic.kind, topic.name].pk, (topic.kind, topic.name))
        return list(terms.values())

    def author_key(self, record: Record) -> str | None:
        """The sort key of the first credit of `record` as author, or else of its first credit; None without credits."""
        if not record.credits:
            return None
        first = next((credit for credit in record.credits if credit.role == "author"), record.credits[0])
        return self.authors_by_heading[first.heading].sort_key


class Link(NamedTuple):
    """A link table of books: its name, how many of its columns identify a row of a book, and a function for its rows.

    `rows` makes the rows of a record, without the book's id. A book's rows stand in the order of a column `position`,
    or else in that of their ids.
    """

    table: str
    width: int
    rows: Callable[[ResolvedEntities, Record], list[Row]]
    in_order_of_ids: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the table's columns without book_id; the first `width` identify a row within its book."""
        return TABLES[self.table][1:]

    def links(self, entities: ResolvedEntities, record: Record) -> Links:
        """The rows of `record` as a dict: the values that identify a row, mapped to its other values."""
        return {tuple(row[: self.width]): tuple(row[self.width :]) for row in self.rows(entities, record)}


LINKS = {
    "authors": Link("books_bookauthor", 2, ResolvedEntities.authors),
    "categories": Link("books_bookcategory", 1, ResolvedEntities.categories),
    "subjects": Link("books_booksubject", 1, ResolvedEntities.subjects),
    "languages": Link("books_booklanguage", 1, lambda _, record: [(code,) for code in dict.fromkeys(record.languages)]),
    "series": Link("books_bookseries", 2, ResolvedEntities.series, in_order_of_ids=True),
    "identifiers": Link(
        "books_bookidentifier", 2, lambda _, record: list(dict.fromkeys(record.identifiers)), in_order_of_ids=True
    ),
    # `primary` identifies a row: updated row by row, two ISBNs would be primary for a moment.
    "isbns": Link(
        "books_bookisbn",
        2,
        lambda _, record: [(isbn, not place) for place, isbn in enumerate(record.isbns)],
        in_order_of_ids=True,
    ),
}
"""The fields of a book that have tables of their own."""

FIELDS = (*SAME, *JSON, *(name for name in LINKS if name not in JSON))
"""All fields that a source can set on a book, by their names in the API and in `Book.curated`."""

_same = attrgetter(*SAME)
_given = attrgetter(*("credits" if name == "authors" else name for name in FIELDS))
_languages_text = lru_cache(maxsize=4096)(json_text)


def fields_of(record: Record) -> tuple[str, ...]:
    """The names of the fields for which `record` has a value, in the order of FIELDS; 0 is a value."""
    return tuple([name for name, value in zip(FIELDS, _given(record), strict=True) if value or value == 0])


def values_of(record: Record, entities: ResolvedEntities) -> tuple[Any, ...]:
    """The values of a book's columns VALUES, in their order, computed from `record`; JSON is text."""
    return (
        *_same(record),
        _languages_text(tuple(record.languages)),
        _languages_text(tuple(record.original_languages)),
        json_text([{"rel": rel, "media_type": kind, "url": url} for rel, kind, url in record.links])
        if record.links
        else "[]",
        json_text(record.cover) if record.cover else None,
        json_text(record.extra) if record.extra else "{}",
        entities.categories_by_path[record.categories[0]].pk if record.categories else None,
        entities.author_key(record),
        record.isbns[0] if record.isbns else None,
        *title_keys(record.title, record.languages),
    )
