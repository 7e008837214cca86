"""Facets: the values that the books of a list have most often, with the number of books that have each.

Where at most EXACT_UP_TO books match, all are counted. Where no filter narrows the list, the counts that rows keep are
read. Else the books of a sample are counted, and each number says how many of all books that makes.
"""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connections
from django.db.models import Count, F, Q, QuerySet, TextField, Value
from django.db.models.functions import Coalesce

from authors.models import Author
from books.models import (
    Book,
    BookAuthor,
    BookCategory,
    BookLanguage,
    BookSeries,
    BookSubject,
    Category,
    Series,
    Subject,
)
from books.search.relevance import BookSearch
from books.standards.languages import language_name
from core.database.counting import (
    BROAD_MARGIN,
    EXACT_UP_TO,
    cache_key,
    count_rows,
    rough_size,
    sample,
    sample_share,
    sampled_sizes,
    stored_count,
)
from core.database.expressions import Among
from core.database.keyset import Term
from core.search.few import few_rows

TOP = 50
"""The most values of a facet; all decades are given."""

RARE = 20
"""Books of a sample that must have a value for it to be given: of fewer, the number of all books is too uncertain."""

SAMPLE_MARGIN = 1.25
"""Times EXACT_UP_TO that a sample is expected to have, so that it has that many."""

_PREFIX = "book"


class FacetValue(NamedTuple):
    """A value that books can be filtered by, its name in words, and how many books have it."""

    value: int | str
    name: str
    number: int


class Facet(NamedTuple):
    """The values of a facet, and whether their counts are exact."""

    values: list[FacetValue]
    exact: bool


@dataclass(frozen=True)
class FacetBooks:
    """The books whose values are counted: the `ids` of all that match, or of a sample with a `share` of them."""

    ids: Sequence[int]
    share: float = 1

    @property
    def least(self) -> int:
        """The number of these books that must have a value for it to be given."""
        return 1 if self.share == 1 else RARE

    def among(self, column: str) -> Among:
        """The condition that the `column` of a row is the id of one of these books."""
        return Among(Value(Among.ids_text(self.ids, connections["default"].vendor), TextField()), column)

    def most_frequent(self, links: QuerySet[Any], key: str) -> list[tuple[Any, int]]:
        """The values of the column `key` that most of the books have in `links`, each with the number of books."""
        number = links.filter(self.among("book_id")).order_by().values(key).annotate(n=Count("book_id", distinct=True))
        rows = number.filter(n__gte=self.least).order_by("-n", key).values_list(key, "n")[:TOP]
        return [(value, self.of_all(number)) for value, number in rows]

    def of_all(self, number: int) -> int:
        """How many of all books that match there are where `number` of these are."""
        return round(number / self.share)


def all_books() -> FacetBooks:
    """All books of the catalogue, or a sample of them."""
    number = stored_count(_PREFIX).value
    return _sampled(Book.objects.all(), None, number) if number > EXACT_UP_TO else FacetBooks(_ids(Book.objects.all()))


def matching_books(rows: QuerySet[Any], search: BookSearch | None) -> FacetBooks:
    """Those of the books `rows` that `search` matches: all, or a sample where more than EXACT_UP_TO match."""
    if search is None:
        count = count_rows(rows, prefix=_PREFIX, name=cache_key(rows))
        few = FacetBooks(_ids(rows)) if count.exact and count.value <= EXACT_UP_TO else None
        return few or _sampled(rows, search, count.value)
    if few := _few(rows, search, probe=True):
        return few
    number = sum(sampled_sizes(rows.annotate(one=Value(1)).filter(search.tested), "one", prefix=_PREFIX).values())
    if number <= BROAD_MARGIN * EXACT_UP_TO and (few := _few(rows, search, probe=False)):
        return few
    return _sampled(rows, search, number)


def _few(rows: QuerySet[Any], search: BookSearch, *, probe: bool) -> FacetBooks | None:
    order, most = (Term("id"),), EXACT_UP_TO
    found = few_rows(search, rows, order, columns=[], limit=most, after=None, offset=0, prefix=_PREFIX, probe=probe)
    return FacetBooks([pk for (pk,) in found.keys]) if found else None


def _sampled(rows: QuerySet[Any], search: BookSearch | None, number: int) -> FacetBooks:
    """At least EXACT_UP_TO of the books that match, which are about `number`; all where that is half of them."""
    share = SAMPLE_MARGIN * EXACT_UP_TO / max(1, number)
    while share < 1 / 2:
        size = round(share * rough_size(_PREFIX))
        # A sample with fewer books than match is read, and each tested; else the index is.
        condition = Q() if search is None else search.tested if size < number else search.found
        ids = _ids(sample(rows.filter(condition), size, _PREFIX))
        if len(ids) >= EXACT_UP_TO:
            return FacetBooks(ids, sample_share(size, _PREFIX))
        share *= 1.5
    return FacetBooks(_ids(rows.filter(search.found) if search else rows))


def _ids(rows: QuerySet[Any]) -> list[int]:
    return list(rows.order_by().values_list("pk", flat=True))


def languages(books: FacetBooks | None) -> Facet:
    """The languages of `books`, by code; None stands for all books, here and in the other functions."""
    books = books or all_books()
    found = books.most_frequent(BookLanguage.objects.all(), "code")
    return Facet([FacetValue(code, language_name(code), number) for code, number in found], books.share == 1)


def decades(books: FacetBooks | None) -> Facet:
    """The decades, by their lowest year, in which works came out first, else editions; in order."""
    books = books or all_books()
    year = Coalesce(F("first_published_year"), F("published_year"))
    years = Book.objects.filter(books.among("pk")).order_by().annotate(year=year).exclude(year=None).values("year")
    numbers = Counter[int]()
    for published, number in years.annotate(n=Count("pk")).values_list("year", "n"):
        numbers[published // 10 * 10] += number
    found = sorted((decade, books.of_all(number)) for decade, number in numbers.items() if number >= books.least)
    return Facet([FacetValue(decade, decade_name(decade), number) for decade, number in found], books.share == 1)


def decade_name(decade: int) -> str:
    """The name of the ten years from `decade`, such as `1990s`, or `560-551 BCE`."""
    return f"{decade}s" if decade >= 0 else f"{-decade}-{-decade - 9} BCE"


def authors(books: FacetBooks | None, role: str | None = None) -> Facet:
    """The authors of `books`, by id; with `role` only those who have this role in them."""
    credits_ = BookAuthor.objects.filter(role=role) if role else BookAuthor.objects.all()
    return _of_rows(books, Author.objects.all(), credits_, "author_id", "pk")


def categories(books: FacetBooks | None) -> Facet:
    """The categories of `books`, by slug; a book counts in each that it is in or below."""
    return _of_rows(books, Category.objects.all(), BookCategory.objects.all(), "category__ancestors__ancestor", "slug")


def series(books: FacetBooks | None) -> Facet:
    """The series of `books`, by slug."""
    return _of_rows(books, Series.objects.all(), BookSeries.objects.all(), "series_id", "slug")


def subjects(books: FacetBooks | None, kinds: Collection[str] = ()) -> Facet:
    """The subjects of `books`, by slug; of these `kinds`, or without them of all but shelves and class codes."""
    rows = Subject.objects.filter(kind__in=kinds) if kinds else Subject.objects.browsable()
    return _of_rows(books, rows, BookSubject.objects.filter(subject__in=rows), "subject_id", "slug")


def _of_rows(books: FacetBooks | None, rows: QuerySet[Any], links: QuerySet[Any], key: str, value: str) -> Facet:
    """The Facet of `rows` that the books have in `links`: its values are the column `value` of the rows."""
    if books is None:
        found = [(row, row.books_count) for row in rows.filter(books_count__gt=0).order_by("-books_count", "id")[:TOP]]
    else:
        numbers = books.most_frequent(links, key)
        known = rows.in_bulk([pk for pk, _ in numbers])
        found = [(known[pk], number) for pk, number in numbers if pk in known]
    exact = books is None or books.share == 1
    return Facet([FacetValue(getattr(row, value), row.name, number) for row, number in found], exact)


FACETS: dict[str, Callable[..., Facet]] = {
    "language": languages,
    "category": categories,
    "subject": subjects,
    "author": authors,
    "series": series,
    "decade": decades,
}
"""The function that counts each facet."""
