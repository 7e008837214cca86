"""Makes the rows of the full-text indexes from the tables, and rewrites them."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from authors.search import AUTHOR_INDEX
from books.search.indexes import BOOK_INDEX, RESPONSIBILITY, SUBJECT_INDEX
from books.search.words import distinct, know_words, lose_words, row_words
from core.database.bulk import delete_rows, insert_rows, select_in
from core.search.index import Fields, TextIndex, token_texts

# Names, subjects, labels and publishers repeat from book to book; titles do not.
_repeated_texts = lru_cache(maxsize=65_536)(token_texts)

_NOT_WORDS = {"shelf", "class"}
_NOT_TOPICS = {"class"}


def book_fields(
    *,
    title: str,
    part: str,
    subtitle: str,
    publisher: str,
    names: Iterable[str],
    subjects: Iterable[tuple[str, str]],
    labels: Iterable[str],
    extra: Mapping[str, Any],
) -> Fields:
    """The texts of each searchable field of a book, as token texts (core.search.index.token_texts).

    `subjects` are pairs of kind and name, `labels` the labels of its categories, `extra` the book's column of that
    name.
    """
    statement = extra.get(RESPONSIBILITY)
    return token_fields(
        titles=token_texts(title) + token_texts(part) if part else token_texts(title),
        subtitles=[
            each for text in (subtitle, statement) if isinstance(text, str) and text for each in token_texts(text)
        ],
        publishers=_repeated_texts(publisher) if publisher else [],
        names=[each for name in names for each in _repeated_texts(name)],
        subjects=[(kind, each) for kind, name in subjects for each in _repeated_texts(name)],
        labels=[each for label in labels for each in _repeated_texts(label)],
    )


def token_fields(
    *,
    titles: list[str],
    subtitles: list[str],
    publishers: list[str],
    names: list[str],
    subjects: list[tuple[str, str]],
    labels: list[str],
) -> Fields:
    """The texts of each searchable field of a book, made of parameters that are results of `token_texts` already.

    `subjects` are pairs of kind and token text.
    """
    return {
        "title": titles,
        "authors": names,
        "subtitle": subtitles,
        "subjects": [term for kind, term in subjects if kind not in _NOT_WORDS],
        "publisher": publishers,
        "topics": [term for kind, term in subjects if kind not in _NOT_TOPICS] + labels,
    }


def index_books(connection: BaseDatabaseWrapper, pks: Iterable[int]) -> None:
    """Rewrite the search index rows of the books with the ids `pks` from the tables."""
    wanted = sorted(set(pks))
    names, subjects, labels = _names(connection, wanted), _subjects(connection, wanted), _labels(connection, wanted)
    sql = "SELECT id, title, part, subtitle, publisher, extra FROM books_book WHERE id IN %s ORDER BY id"
    fields = {
        pk: book_fields(
            title=title, part=part, subtitle=subtitle, publisher=publisher,
            names=names[pk], subjects=subjects[pk], labels=dict.fromkeys(labels[pk]),
            extra=json.loads(extra),
        )
        for pk, title, part, subtitle, publisher, extra in select_in(connection, sql, wanted)
    }  # fmt: skip
    _replace(connection, BOOK_INDEX, wanted, fields)


def index_authors(connection: BaseDatabaseWrapper, pks: Iterable[int]) -> None:
    """Rewrite the search index rows of the authors with the ids `pks` from the tables."""
    wanted = sorted(set(pks))
    sql = "SELECT id, name, alternate_names FROM authors_author WHERE id IN %s ORDER BY id"
    fields: dict[int, Fields] = {
        pk: {"names": [each for known in (name, *json.loads(others)) for each in token_texts(known)]}
        for pk, name, others in select_in(connection, sql, wanted)
    }
    _replace(connection, AUTHOR_INDEX, wanted, fields)


def index_subjects(connection: BaseDatabaseWrapper, pks: Iterable[int]) -> None:
    """Rewrite the search index rows of the subjects with the ids `pks` from the tables."""
    wanted = sorted(set(pks))
    sql = "SELECT id, name FROM books_subject WHERE id IN %s ORDER BY id"
    fields: dict[int, Fields] = {pk: {"name": token_texts(name)} for pk, name in select_in(connection, sql, wanted)}
    _replace(connection, SUBJECT_INDEX, wanted, fields)


def books_of(connection: BaseDatabaseWrapper, authors: Iterable[int]) -> list[int]:
    """The ids of the books that credit an author whose id is in `authors`."""
    sql = "SELECT DISTINCT book_id FROM books_bookauthor WHERE author_id IN %s"
    return [pk for (pk,) in select_in(connection, sql, sorted(authors))]


def _replace(connection: BaseDatabaseWrapper, index: TextIndex, pks: list[int], fields: Mapping[int, Fields]) -> None:
    """Replace rows of `index`, add their words to the table of words, and note those that they lose."""
    before, after = row_words(connection, index, pks), distinct(chain.from_iterable(_texts(fields)))
    columns = index.row_columns(connection.vendor)
    rows = (index.token_row(connection.vendor, pk, texts) for pk, texts in fields.items())
    delete_rows(connection, index.table, columns[:1], [(pk,) for pk in pks])
    insert_rows(connection, index.table, columns, rows)
    know_words(connection, after)
    lose_words(connection, before - after)


def _texts(fields: Mapping[int, Fields]) -> Iterator[Sequence[str]]:
    return chain.from_iterable(of_row.values() for of_row in fields.values())


def _names(connection: BaseDatabaseWrapper, books: list[int]) -> dict[int, list[str]]:
    """The display and alternate names of all authors that a book credits, by the book's id."""
    sql = (
        "SELECT credit.book_id, author.id, author.name, author.alternate_names FROM books_bookauthor credit"
        " JOIN authors_author author ON author.id = credit.author_id"
        " WHERE credit.book_id IN %s ORDER BY credit.book_id, credit.position, credit.author_id, credit.role"
    )
    people: defaultdict[int, dict[int, list[str]]] = defaultdict(dict)
    for book, author, name, others in select_in(connection, sql, books):
        people[book][author] = [name, *json.loads(others)]
    return defaultdict(list, {book: [name for names in by.values() for name in names] for book, by in people.items()})


def _subjects(connection: BaseDatabaseWrapper, books: list[int]) -> dict[int, list[tuple[str, str]]]:
    sql = (
        "SELECT link.book_id, subject.kind, subject.name FROM books_booksubject link"
        " JOIN books_subject subject ON subject.id = link.subject_id"
        " WHERE link.book_id IN %s ORDER BY link.book_id, link.position, link.subject_id"
    )
    subjects: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    for book, kind, name in select_in(connection, sql, books):
        subjects[book].append((kind, name))
    return subjects


def _labels(connection: BaseDatabaseWrapper, books: list[int]) -> dict[int, list[str]]:
    sql = (
        "SELECT link.book_id, category.path FROM books_bookcategory link"
        " JOIN books_category category ON category.id = link.category_id"
        " WHERE link.book_id IN %s ORDER BY link.book_id, link.position, link.category_id"
    )
    labels: defaultdict[int, list[str]] = defaultdict(list)
    for book, path in select_in(connection, sql, books):
        labels[book] += json.loads(path)
    return labels
