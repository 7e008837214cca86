"""BookQuerySet, the queryset of books, with a method for each condition of the API; and the orderings of lists."""

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, Subquery

from authors.models import Author
from books.models.classification import Category, Subject
from books.models.series import Series
from books.search.indexes import BOOK_INDEX
from books.search.relevance import BookSearch
from books.standards.identifiers import normal_identifier
from core.changes.querysets import FollowingQuerySet
from core.database.keyset import Term
from core.search.expressions import matching
from core.search.query import Match, TextQuery

if TYPE_CHECKING:
    from books.models import Book  # noqa: F401 - named by a text, as the two import each other

BOOK_ORDERINGS: dict[str, Term] = {
    "title": Term("sort_title"),
    "published_year": Term("published_year", nullable=True),
    "first_published_year": Term("first_published_year", nullable=True),
    "popularity": Term("popularity", nullable=True),
    "rating": Term("rating_average", nullable=True),
    "created_at": Term("created_at"),
    "updated_at": Term("updated_at"),
    "author": Term("author_key", nullable=True),
    "id": Term("id"),
}
# The widest columns of the table, which no list shows.
_DETAIL_ONLY = ("description", "extra", "curated", "links", "original_languages", "published", "publisher", "format")


def _links(model: str, **conditions: Any) -> models.QuerySet[Any, Any]:
    """A queryset of book ids: those of the rows of the link table `model` that meet `conditions`."""
    links: models.QuerySet[Any] = apps.get_model("books", model)._default_manager.filter(**conditions)
    return links.values("book_id")


def _known(rows: models.QuerySet[Any, Any]) -> list[int]:
    """The ids of `rows`, read from the database now, to be written into a query; [0] if there are none.

    From literal ids PostgreSQL estimates the number of books well. Given a subquery, it estimated 2,404 for a
    category's 19,132 books and sorted all of them for one page. Django does not compile an IN without values, hence the
    0.
    """
    return list(rows.values_list("pk", flat=True)) or [0]


class BookQuerySet(FollowingQuerySet["Book"]):
    """A queryset of books, with a method for each condition of the API's filters."""

    resource = "books"
    listed_series: tuple[int, ...] = ()
    """The ids of the series whose books these are; empty if they are not those of a series."""

    def _clone(self) -> Self:
        clone = super()._clone()
        clone.listed_series = self.listed_series
        return clone

    def for_list(self) -> Self:
        """The books with the columns and relations that a page of books shows, in two queries whatever its size."""
        return self.select_related("category").prefetch_related(self._credits()).defer(*_DETAIL_ONLY)

    def for_detail(self) -> Self:
        """The books with the columns and relations that one book's page shows."""
        return self.select_related("category").prefetch_related(
            self._credits(),
            *(
                Prefetch(relation, queryset=apps.get_model("books", model)._default_manager.select_related(target))
                for relation, model, target in (
                    ("shelvings", "BookCategory", "category"),
                    ("subject_links", "BookSubject", "subject"),
                    ("series_links", "BookSeries", "series"),
                )
            ),
            "identifiers",
            "isbns",
        )

    @staticmethod
    def _credits() -> "Prefetch[str]":
        credits_ = apps.get_model("books", "BookAuthor")._default_manager.select_related("author")
        return Prefetch("credits", queryset=credits_)

    def search(self, query: TextQuery) -> Self:
        """Books with every word of `query` in title, subtitle, authors or subjects, or with an ISBN of it."""
        return self.filter(BookSearch(query).found)

    def titled(self, query: TextQuery) -> Self:
        """Books with every word of `query` in the title."""
        return self._matching(query.within("title"))

    def published_by(self, query: TextQuery) -> Self:
        """Books with every word of `query` in the publisher's name."""
        return self._matching(query.within("publisher"))

    def on_topic(self, query: TextQuery) -> Self:
        """Books with every word of `query` in the names of their subjects and categories."""
        return self._matching(query.within("topics"))

    def _matching(self, match: Match) -> Self:
        return self.filter(pk__in=matching(BOOK_INDEX, match))

    def by_author(self, authors: list[int], role: str | None = None) -> Self:
        """Books that credit an author whose id is in `authors`, in the role `role` if that is given."""
        as_role = {"role": role} if role else {}
        return self.filter(pk__in=_links("BookAuthor", author_id__in=authors, **as_role))

    def with_role(self, role: str) -> Self:
        """Books that credit an author in the role `role`."""
        links = _links("BookAuthor", role=role)
        # The partial index leaves out authors, who are nearly all credits; SQLite uses it only if the query does too.
        return self.filter(pk__in=links if role == "author" else links.exclude(role="author"))

    def by_author_named(self, query: TextQuery) -> Self:
        """Books of which one author's names together have every word of `query`."""
        return self.filter(pk__in=_links("BookAuthor", author__in=Author.objects.named(query)))

    def by_author_alive(self, first: int | None, last: int | None) -> Self:
        """Books of which one author was alive in some year from `first` to `last`; None for an end that is open."""
        return self.filter(pk__in=_links("BookAuthor", author__in=Author.objects.alive_between(first, last)))

    def in_category(self, slugs: list[str]) -> Self:
        """Books in one of the categories that `slugs` name, or below it."""
        inside = _known(Category.objects.within(slugs))
        return self._knowing(inside).filter(pk__in=_links("BookCategory", category__in=inside))

    def in_all_categories(self, slugs: list[str]) -> Self:
        """Books in every one of the categories that `slugs` name, or below it; one subquery tests all."""
        above = "category__ancestors__ancestor"
        links = _links("BookCategory", **{f"{above}__slug__in": slugs})
        met = links.annotate(met=Count(above, distinct=True)).filter(met=len(slugs))
        return self.filter(pk__in=met.values("book_id"))

    def not_in_category(self, slugs: list[str]) -> Self:
        """Books that are in none of the categories that `slugs` name, nor below one."""
        inside = _known(Category.objects.within(slugs))
        outside = ~Exists(_links("BookCategory", book_id=OuterRef("pk"), category__in=inside))
        return self._knowing(inside).filter(outside)

    def about(self, slugs: list[str], kinds: list[str] | None = None) -> Self:
        """Books with one of the subjects that `slugs` name.

        Subjects of the kinds `kinds` count; without them, of all kinds but shelves and class codes.
        """
        subjects = Subject.objects.filter(kind__in=kinds) if kinds else Subject.objects.browsable()
        named = _known(subjects.filter(slug__in=slugs))
        return self._knowing(named).filter(pk__in=_links("BookSubject", subject__in=named))

    def about_all(self, slugs: list[str], kinds: list[str] | None = None) -> Self:
        """Books with every one of the subjects that `slugs` name; `kinds` as for `about`.

        One subquery tests all: with one for each subject, planning takes minutes.
        """
        subjects = Subject.objects.filter(kind__in=kinds) if kinds else Subject.objects.browsable()
        links = _links("BookSubject", subject__in=subjects.filter(slug__in=slugs))
        met = links.annotate(met=Count("subject_id")).filter(met=len(slugs))
        return self.filter(pk__in=met.values("book_id"))

    def under_subject(self, subject: int) -> Self:
        """Books that have the subject with the id `subject`, whatever its kind."""
        return self._knowing([subject]).filter(pk__in=_links("BookSubject", subject_id=subject))

    def classified(self, code: str) -> Self:
        """Books with the class code `code`, such as `PS` or `PS3500`, or with one that is a numbered part of it."""
        # By the sort key, not the name: the database's collation of names may sort : before digits.
        narrower = Q(sort_key__gte=f"{code.lower()}0", sort_key__lt=f"{code.lower()}:")
        classes = _known(Subject.objects.filter(Q(name=code) | narrower, kind=Subject.Kind.CLASS))
        return self._knowing(classes).filter(pk__in=_links("BookSubject", subject__in=classes))

    def in_language(self, codes: list[str]) -> Self:
        """Books in one of the languages with these codes."""
        return self.filter(pk__in=_links("BookLanguage", code__in=codes))

    def not_in_language(self, codes: list[str]) -> Self:
        """Books in none of the languages with these codes."""
        return self.filter(~Exists(_links("BookLanguage", book_id=OuterRef("pk"), code__in=codes)))

    def in_series(self, text: str) -> Self:
        """Books of the series with the slug `text`; without one, of those with this whole name."""
        return self.of_series(_known(Series.objects.called(text)))

    def of_series(self, series: list[int]) -> Self:
        """Books of the series with the ids `series`, which `with_places` then knows."""
        books = self._knowing(series).filter(pk__in=_links("BookSeries", series__in=series))
        books.listed_series = tuple(series)
        return books

    def with_places(self) -> Self:
        """The books annotated with `series_place`, the key of their first place in the series `listed_series`."""
        links = _links("BookSeries", series__in=self.listed_series, book=OuterRef("pk"))
        first = links.order_by(F("position_key").asc(nulls_last=True)).values("position_key")[:1]
        return self.annotate(series_place=Subquery(first))

    def with_isbn(self, isbns: list[str]) -> Self:
        """Books that have one of these ISBN-13s, as their primary ISBN or another."""
        return self.filter(pk__in=_links("BookIsbn", isbn_13__in=isbns))

    def with_identifier(self, pairs: list[tuple[str, str]]) -> Self:
        """Books that have one of these identifiers, pairs of scheme and value."""
        normal = ((scheme, normal_identifier(scheme, value)) for scheme, value in pairs)
        any_of = reduce(or_, (Q(scheme=scheme, value=value) for scheme, value in normal))
        links = apps.get_model("books", "BookIdentifier")._default_manager.filter(any_of)
        return self.filter(pk__in=links.values("book_id"))

    def of_work(self, work: str) -> Self:
        """Books of the work with the key `work`; the condition that it is not "" lets SQLite use the partial index."""
        return self.filter(work=work).exclude(work="")

    def with_cover(self, present: bool) -> Self:
        """Books that have a cover if `present`, else those without one."""
        return self.filter(cover__isnull=not present)
