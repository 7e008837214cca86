"""The filters of the lists of books. A new one takes a line here, and a queryset method if its condition is new."""

from typing import Any, ClassVar, cast

from django.db.models import Model, QuerySet

from api.exceptions import InvalidParameters, parameter_error
from api.filters.base import CatalogueFilter, Condition
from api.parameters.lists import Choices, Identifiers, Ids, Isbns, Languages, Slugs
from api.parameters.values import Choice, ClassCode, Flag, Moment, Name, Rating, Words, Work, Year
from authors.models import Author
from books.models import Category, Subject
from books.models.querysets import BookQuerySet
from books.search.relevance import BookSearch
from books.standards.relators import RELATORS
from core.database.counting import Count


class BookFilter(CatalogueFilter):
    """The filters of every list of books; a book is listed if it meets all that are given."""

    shows_kinds: ClassVar = False
    """Whether `subject_kind` says which subjects are shown, also where no subject is given."""

    search = Condition(
        Words(operators=True),
        help="Every word in title, subtitle, authors or subjects; the last word by prefix. Words in double quotes are "
        "found side by side, and a word or quotation behind a hyphen is excluded; one word has to be included. The "
        "book that bears an ISBN among them comes first",
    )  # fmt: skip
    title = Condition(Words(), "titled", help="Every word in the title; the last word by prefix")
    author_name = Condition(Words(), "by_author_named", help="Every word in one author's names; the last by prefix")
    publisher = Condition(Words(), "published_by", help="Every word in the publisher; the last word by prefix")
    topic = Condition(Words(), "on_topic", help="Every word in subjects and categories; the last word by prefix")
    author = Condition(Ids(), help="By any of these authors")
    role = Condition(
        Choice(*RELATORS, component="Role"), help="The role of `author`; without it, books somebody has this role in"
    )
    author_alive_from = Condition(
        Year(), help="An author lived in this year or later, an unknown death taken as birth + 100"
    )
    author_alive_to = Condition(
        Year(), help="An author lived in this year or earlier, an unknown birth taken as death - 100"
    )
    category = Condition(Slugs(), "in_category", help="In any of these categories or below")
    category_all = Condition(Slugs(), help="In every one of these categories, or below")
    category_not = Condition(Slugs(), "not_in_category", help="Neither in these categories nor below")
    subject = Condition(Slugs(), help="About any of these; shelves and classes only with `subject_kind`")
    subject_all = Condition(Slugs(), help="About every one of these")
    subject_kind = Condition(
        Choices(*Subject.Kind.values), help="The kinds that `subject` and `subject_all` look among"
    )
    classification = Condition(ClassCode(), "classified", help="In this class or below, such as `lcc:PS`")
    language = Condition(Languages(), "in_language", help="In any of these languages")
    language_not = Condition(Languages(), "not_in_language", help="In none of these languages")
    series = Condition(Name(), "in_series", help="The slug of a series, or its whole name, case and accents ignored")
    work = Condition(Work(), "of_work", help="The editions of one work, such as `openlibrary:OL45804W`")
    isbn = Condition(
        Isbns(), "with_isbn",
        help="ISBN-10s or ISBN-13s with their right check digits, in any digits; hyphens, blanks and the word ISBN "
        "are ignored",
    )  # fmt: skip
    identifier = Condition(Identifiers(), "with_identifier", help="Numbers given by others, such as `gutenberg:1342`")
    ids = Condition(
        Ids(), "with_ids", help="These books, or what they were merged into; ids that lead to none are in `missing`"
    )
    published_year = Condition(Year(), column="published_year", help="The year of this edition")
    published_year_min = Condition(Year(), column="published_year", lookup="gte", help="This year or later")
    published_year_max = Condition(Year(), column="published_year", lookup="lte", help="This year or earlier")
    first_published_year = Condition(
        Year(), column="first_published_year", help="The year in which the work first came out"
    )
    first_published_year_min = Condition(
        Year(), column="first_published_year", lookup="gte", help="First published in this year or later"
    )
    first_published_year_max = Condition(
        Year(), column="first_published_year", lookup="lte", help="First published in this year or earlier"
    )
    rating_min = Condition(Rating(), column="rating_average", lookup="gte", help="An average rating of at least this")
    has_cover = Condition(Flag(), "with_cover", help="Books with a cover, or those without one")
    created_since = Condition(Moment(), column="created_at", lookup="gte", help="Added at this moment or later")
    updated_since = Condition(Moment(), column="updated_at", lookup="gte", help="Changed at this moment or later")

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """`queryset` narrowed by all filters."""
        rows, search = self.without_search(queryset), self.text_search
        return rows.filter(search.found) if search else rows

    def without_search(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow `queryset` by the filters: single ones first, then those that go together, as `author` and `role`."""
        rows = cast(BookQuerySet, super().filter_queryset(queryset))
        values = self.values
        if "author" in values:
            rows = rows.by_author(values["author"], values.get("role"))
        elif "role" in values:
            rows = rows.with_role(values["role"])
        if "author_alive_from" in values or "author_alive_to" in values:
            rows = rows.by_author_alive(values.get("author_alive_from"), values.get("author_alive_to"))
        if "category_all" in values:
            rows = rows.in_all_categories(values["category_all"])
        kinds = values.get("subject_kind")
        if kinds and not self.shows_kinds and not {"subject", "subject_all"} & set(values):
            raise InvalidParameters([parameter_error("subject_kind", "unused", "Goes with subject or subject_all.")])
        if "subject" in values:
            rows = rows.about(values["subject"], kinds)
        if "subject_all" in values:
            rows = rows.about_all(values["subject_all"], kinds)
        return rows

    def stored_count_names(self) -> tuple[str, ...]:
        """The name of the stored row count of all books, if no filter is given; else ()."""
        return () if self.values else ("book",)

    def stored_count(self) -> Count | None:
        """The `books_count` of the only author or category that the list is filtered by; None with other filters."""
        if len(self.values) != 1:
            return None
        ((name, value),) = self.values.items()
        if name not in STORED_BY or len(value) != 1:
            return None
        model, key = STORED_BY[name]
        counts = model._default_manager.filter(**{key: value[0]}).values_list("books_count", flat=True)
        return Count(counts.first() or 0, exact=True)

    @property
    def text_search(self) -> BookSearch | None:
        """The search for the value of the parameter `search`."""
        query = self.values.get("search")
        return BookSearch(query) if query else None


class FacetFilter(BookFilter):
    """The filters of the books whose facets are counted."""

    shows_kinds = True


STORED_BY: dict[str, tuple[type[Model], str]] = {"author": (Author, "pk"), "category": (Category, "slug")}
