"""Finds the stored books that a citation may mean.

Candidates are looked for in stages, until one agrees well: by ISBN and by the title's key; by the title's words; by
single words of the title with the author's family name, as one word with a typo finds nothing; by the title's words
mended. Each candidate is then scored.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.db import connection
from django.db.models import F

from books.citations.scoring import Citation, Described, Score, family_names, main_title, score, title_key
from books.models import Book
from books.search.did_you_mean import SEARCHES, did_you_mean
from books.search.relevance import BookSearch
from core.database.keyset import Term
from core.search.few import few_rows
from core.search.query import SEARCH_LENGTH, TextQuery, TextQueryError
from core.text import LAST_CHARACTER, match_key

SHOWN = 5
"""The most books that a citation is said to mean."""

GOOD = 0.8
"""The score of a book behind which nothing else is looked for."""

_EACH = 40
"""Candidates that are taken of each stage's searches."""

_WORDS = 3
"""Words of a title, the longest, that are looked for one by one with the author."""

_BEST_FIRST = (F("popularity").desc(nulls_last=True), "id")


class Match(NamedTuple):
    """A book that a citation may mean, by its id, and how well it agrees."""

    id: int
    score: Score


def matches(citation: Citation) -> list[Match]:
    """At most SHOWN books that `citation` may mean, the best first; of equals the most popular, then the oldest."""
    scored: dict[int, tuple[Match, int]] = {}
    sought = "isbn" if citation.title is None else "title"
    for ids in _stages(citation):
        for book in _described(set(ids) - scored.keys()):
            scored[book.id] = Match(book.id, score(citation, book)), book.popularity or 0
        if any(match.score.value >= GOOD and sought in match.score.agreed for match, _ in scored.values()):
            break
    # An author alone is no citation.
    meant = [each for each in scored.values() if {"title", "isbn"} & {*each[0].score.agreed}]
    meant.sort(key=lambda each: (-each[0].score.value, -each[1], each[0].id))
    return [match for match, _ in meant[:SHOWN]]


def _stages(citation: Citation) -> Iterator[Iterable[int]]:
    """The ids of the candidates of each stage."""
    if citation.isbn:
        yield _ids(Book.objects.with_isbn([citation.isbn]))
    if citation.title is None:
        return
    yield [*_by_key(citation.title)]
    families = family_names(citation.author) if citation.author else []
    for title in dict.fromkeys((citation.title, main_title(citation.title))):
        yield _searched(title)
    if families:
        words = sorted(set(title_key(citation.title).split(" ")), key=lambda word: (-len(word), word))[:_WORDS]
        yield [pk for word in words for pk in _searched(f"{word} {families[0]}")]
    if mended := _mended(citation.title, families):
        yield _searched(mended)


def _by_key(title: str) -> Iterator[int]:
    """The books whose title is or begins with `title`, with or without its subtitle and article."""
    keys = {key for text in (title, main_title(title)) for key in (match_key(text), title_key(text))}
    for key in sorted(keys - {""}):
        for begins in (key, f"the {key}"):
            rows = Book.objects.filter(title_key__gte=begins, title_key__lt=begins + LAST_CHARACTER)
            yield from _ids(rows)


def _ids(books: Iterable[Book]) -> list[int]:
    return list(books.order_by(*_BEST_FIRST).values_list("pk", flat=True)[:_EACH])  # type: ignore[attr-defined]


def _searched(text: str) -> list[int]:
    """The most relevant books with every word of `text`, the last by prefix; none where there are too many."""
    try:
        search = BookSearch(TextQuery.parse(text[:SEARCH_LENGTH]))
    except TextQueryError:
        return []
    order = (Term("relevance"), Term("popularity", nullable=True, descending=True), Term("id"))
    found = few_rows(search, Book.objects.all(), order, columns=[], limit=_EACH, after=None, offset=0, prefix="book")
    return [pk for (pk,) in found.keys] if found else []


def _mended(title: str, families: list[str]) -> str | None:
    """The words of a title, with the family name if there is one, mended so that some book has them all."""
    text = f"{title_key(title)} {families[0] if families else ''}".strip()[:SEARCH_LENGTH]
    return did_you_mean(connection, text, SEARCHES[Book._meta.db_table], lambda mended: bool(_searched(mended)))


def _described(ids: set[int]) -> Iterator[Described]:
    """What is compared of the books with these ids."""
    for book in Book.objects.filter(pk__in=ids).prefetch_related("credits__author", "isbns"):
        years = [year for year in (book.first_published_year, book.published_year) if year is not None]
        authors = [(credit.author.name, credit.author.sort_name) for credit in book.credits.all()]
        isbns = [each.isbn_13 for each in book.isbns.all()]
        yield Described(book.pk, book.title, book.subtitle, authors, book.languages, years, isbns, book.popularity)
