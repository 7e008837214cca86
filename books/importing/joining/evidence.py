"""Decides what shows that two authors with a like name are one: years of life, identifiers, titles, dates of books."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper

from books.importing.joining.candidates import Namesake, Pair
from books.importing.joining.kinds import IDENTIFIER, KINDS, LIFE, TITLE, YEARS
from core.database.bulk import select_in

FIRST_AGE, LAST_AGE = 15, 90
"""An author's age in the first and the last year in which a book can appear, where one of the two years is unknown."""

POSTHUMOUS = 5
"""Years after an author's death in which a book may appear first."""

MOST_CREDITS = 5
"""Most authors of a book whose year counts: an anthology has authors of several centuries."""


class Credited(NamedTuple):
    """A book that credits an author: its id, its match key, and the year in which it was first published."""

    pk: int
    title_key: str
    year: int | None


Works = dict[int, list[Credited]]
"""The books of each author, by the author's id."""


class Comparison(NamedTuple):
    """A pair of authors with the kinds of evidence that they are one, in the order of KINDS, or why there is none."""

    pair: Pair
    kinds: list[str]
    why_none: str


def compare(connection: BaseDatabaseWrapper, pairs: list[Pair]) -> list[Comparison]:
    """A Comparison of each of `pairs`. Authors whom one book credits are two, whatever else they share."""
    works = _works(connection, pairs)
    together = {pair: None for pair in pairs if _credited_together(pair, works)}
    apart = [pair for pair in pairs if pair not in together]
    titled = _with_title(connection, apart, works)
    dated = _with_years(connection, apart, works)
    compared = [Comparison(pair, [], "one book is by both") for pair in together]
    for pair in apart:
        one, other = pair
        has = {
            LIFE: _same_life(one, other),
            IDENTIFIER: not one.identifiers.isdisjoint(other.identifiers),
            TITLE: pair in titled,
            YEARS: pair in dated,
        }
        kinds = [kind for kind in KINDS if has[kind]]
        compared.append(Comparison(pair, kinds, "" if kinds else _why_none(pair, works)))
    return compared


def _why_none(pair: Pair, works: Works) -> str:
    for _, undated, _ in _undated(pair):
        if any(book.year is not None for book in works[undated.pk]):
            return "no shared title, and books outside the other's life"
        return "no shared title, and no dated book"
    return "no shared title"


def _credited_together(pair: Pair, works: Works) -> bool:
    one, other = ({book.pk for book in works[author.pk]} for author in pair)
    return not one.isdisjoint(other)


def lifetime(author: Namesake) -> tuple[int, int]:
    """The first and the last year in which a book of `author`, of whom a year is known, may be published first."""
    birth, death = author.birth_year, author.death_year
    known = birth if birth is not None else death
    if known is None:
        raise ValueError(f"no year of the life of {author} is known")
    return (
        known - LAST_AGE if birth is None else birth + FIRST_AGE,
        known + LAST_AGE if death is None else death + POSTHUMOUS,
    )


def _same_life(one: Namesake, other: Namesake) -> bool:
    known = one.birth_year is not None and one.death_year is not None
    same = (one.birth_year, one.death_year) == (other.birth_year, other.death_year)
    return one.kind == "person" and known and same


def _works(connection: BaseDatabaseWrapper, pairs: Iterable[Pair]) -> Works:
    works: Works = defaultdict(list)
    sql = (
        "SELECT DISTINCT credit.author_id, book.id, book.title_key, book.first_published_year"
        " FROM books_bookauthor credit JOIN books_book book ON book.id = credit.book_id WHERE credit.author_id IN %s"
    )
    for author, *book in select_in(connection, sql, sorted({author.pk for pair in pairs for author in pair})):
        works[author].append(Credited(*book))
    return works


def _with_title(connection: BaseDatabaseWrapper, pairs: Iterable[Pair], works: Works) -> set[Pair]:
    """Those of `pairs` who share a title, of which every book that has authors is by one of the two."""
    shared = {pair: titles for pair in pairs if (titles := _titles(pair[0], works) & _titles(pair[1], works))}
    books: defaultdict[str, defaultdict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    sql = (
        "SELECT book.title_key, book.id, credit.author_id FROM books_book book"
        " JOIN books_bookauthor credit ON credit.book_id = book.id WHERE book.title_key IN %s"
    )
    for title, book, author in select_in(connection, sql, sorted(set().union(*shared.values()))):
        books[title][book].add(author)
    return {
        pair
        for pair, titles in shared.items()
        if any(all(authors & {author.pk for author in pair} for authors in books[title].values()) for title in titles)
    }


def _titles(author: Namesake, works: Works) -> set[str]:
    return {book.title_key for book in works[author.pk] if book.title_key}


def _with_years(connection: BaseDatabaseWrapper, pairs: Iterable[Pair], works: Works) -> set[Pair]:
    """Those of `pairs` of whom one has no years, and every dated book, at least one, within the other's lifetime."""
    sides = [side for pair in pairs for side in _undated(pair)]
    books = {book.pk for _, undated, _ in sides for book in works[undated.pk] if book.year is not None}
    sql = (
        "SELECT book_id FROM books_bookauthor WHERE book_id IN %s"
        " GROUP BY book_id HAVING count(DISTINCT author_id) > %s"
    )
    crowded = {book for (book,) in select_in(connection, sql, sorted(books), MOST_CREDITS)}
    found = set()
    for pair, undated, dated in sides:
        years = [book.year for book in works[undated.pk] if book.year is not None and book.pk not in crowded]
        first, last = lifetime(dated)
        if years and first <= min(years) and max(years) <= last:
            found.add(pair)
    return found


def _undated(pair: Pair) -> Iterator[tuple[Pair, Namesake, Namesake]]:
    """Yield a pair of persons of whom one has years, with the one that has none and the other."""
    for undated, dated in (pair, pair[::-1]):
        if undated.kind == "person" and not undated.has_years and dated.has_years:
            yield pair, undated, dated
