"""The compiled read plan shows what serpy shows of the same rows, over any data, for any selection of fields."""

import logging
from datetime import UTC

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from authors.models import Author
from books.models import (
    Book,
    BookAuthor,
    BookCategory,
    BookIdentifier,
    BookIsbn,
    BookSeries,
    BookSubject,
    Category,
    Series,
    Subject,
)
from core.database.statements import Statement
from serializers.authors import AuthorSerializer
from serializers.base import Field, Integer, Method, Nested, Serializer, Text
from serializers.books import BookDetailSerializer, BookFullSerializer, BookListSerializer
from serializers.categories import CategoryNodeSerializer, CategorySerializer
from serializers.plans.compiler import NotCompilable
from serializers.plans.plan import compile_plan, plan_of
from serializers.selection import select
from serializers.series import SeriesSerializer
from serializers.subjects import SubjectSerializer
from tests.support.factories import make_series

ADDRESS = "https://books.example.org"
# Lone surrogates and NUL are in no database: loading takes them out.
text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
words = text | st.sampled_from(["", '"\\', "\x01\x1f\x7f\u2028", "é😀", "a/b?c#d %", "{x}%s'", "水滸傳"])
named = words.filter(bool)
year = st.none() | st.integers(-5000, -1) | st.integers(1, 2200)
number = st.none() | st.integers(0, 2**31 - 1)
places = st.lists(st.integers(0, 2), max_size=3, unique=True)
moments = st.datetimes(timezones=st.just(UTC))
floats = st.none() | st.floats(0, 5) | st.sampled_from([4.0, 0.0, 3.14, 1e-7])
json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.sampled_from([0.5, -2.25, 4.0]) | words,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(words, inner, max_size=2),
    max_leaves=4,
)
texts = st.lists(words, max_size=2)
author = st.fixed_dictionaries(
    {
        "name": named, "sort_name": named, "kind": st.sampled_from(Author.Kind.values), "bio": words,
        "birth_year": year, "death_year": year, "books_count": st.integers(0, 9), "alternate_names": texts,
        "identifiers": st.dictionaries(words, texts, max_size=2),
    }
)  # fmt: skip
links = st.fixed_dictionaries(
    {
        "credits": places, "roles": st.lists(words, min_size=3, max_size=3), "shelves": places, "subjects": places,
        "series": st.lists(st.tuples(words, words), max_size=2), "isbns": places,
        "identifiers": st.lists(st.tuples(st.sampled_from(["olid", "b"]), words), max_size=3, unique=True),
    }
)  # fmt: skip
book = st.fixed_dictionaries(
    {
        "title": named, "subtitle": words, "part": words, "languages": texts, "original_languages": texts,
        "first_published_year": year, "published_year": year, "published": st.sampled_from(["", "1937-09-21"]),
        "publisher": words, "format": words, "pages": st.none() | st.integers(1, 2**31 - 1), "work": words,
        "isbn_13": st.sampled_from([None, "9780261102217", "9791090648203"]), "description": words,
        "links": st.lists(st.fixed_dictionaries({"url": words}), max_size=2), "cover": st.none() | json,
        "rating_average": floats, "ratings_count": number, "popularity": number,
        "extra": st.dictionaries(words, json, max_size=3), "category": st.none() | st.integers(0, 2),
    }
)  # fmt: skip
ISBNS = ("9780261102217", "9791090648203", "9780306406157")


def fill(authors, labels, books, moment):
    """Rows as random as their columns allow, written as an import writes them: with no model's save()."""
    people = Author.objects.bulk_create(Author(**fields, sort_key="k", match_key="k") for fields in authors)
    shelves: list[Category] = []
    for number, label in enumerate(labels):
        parent = shelves[-1] if number else None
        shelves.append(Category.objects.create(name=label, slug=f"{number}{label}"[:160], parent=parent))
    terms = Subject.objects.bulk_create(
        Subject(name=label, slug=f"{label}{number}", kind=kind, sort_key="k")
        for number, (label, kind) in enumerate(zip(labels, ("topic", "class", "shelf"), strict=True))
    )
    for fields, on in books:
        category = fields["category"]
        row = Book(**{**fields, "category": None if category is None else shelves[category]})
        row.sort_title = row.title_key = "k"
        Book.objects.bulk_create([row])
        Book.objects.filter(pk=row.pk).update(created_at=moment, updated_at=moment)
        # Places against the order of writing: what is shown follows the title page, not the table.
        BookAuthor.objects.bulk_create(
            BookAuthor(book=row, author=people[n], role=on["roles"][n][:40], position=-i)
            for i, n in enumerate(on["credits"])
        )
        BookCategory.objects.bulk_create(
            BookCategory(book=row, category=shelves[n], position=-i) for i, n in enumerate(on["shelves"])
        )
        BookSubject.objects.bulk_create(BookSubject(book=row, subject=terms[n]) for n in on["subjects"])
        places = dict.fromkeys((make_series(name), at) for name, at in on["series"] if name)
        BookSeries.objects.bulk_create(BookSeries(book=row, series=series, position=at) for series, at in places)
        BookIsbn.objects.bulk_create(BookIsbn(book=row, isbn_13=ISBNS[n]) for n in on["isbns"])
        BookIdentifier.objects.bulk_create(BookIdentifier(book=row, scheme=s, value=v) for s, v in on["identifiers"])
    Author.objects.update(created_at=moment, updated_at=moment)


def planned(serializer, rows):
    plan = compile_plan(serializer, rows)
    return plan.make(Statement.of(plan.select(rows)).run(rows.db), ADDRESS)


def by_serpy(serializer, rows):
    return serializer(rows, many=True, context={"base_url": ADDRESS}).data


def assert_equal(serializer, rows):
    """Equal values of equal types, keys in the same order: equal bytes say all of it."""
    rows = rows.order_by("pk")
    assert orjson.dumps(planned(serializer, rows)) == orjson.dumps(by_serpy(serializer, rows))


WHOLE = [
    (AuthorSerializer, Author.objects.for_list),
    (CategorySerializer, Category.objects.for_list),
    (CategoryNodeSerializer, Category.objects.for_list),
    (SubjectSerializer, Subject.objects.for_list),
    (SeriesSerializer, Series.objects.for_list),
    (BookListSerializer, Book.objects.for_list),
    (BookDetailSerializer, Book.objects.for_detail),
    (BookFullSerializer, Book.objects.for_detail),
]
PATHS = sorted(BookFullSerializer.declared_fields()) + [
    f"{name}.{inner}"
    for name, field in BookFullSerializer.declared_fields().items()
    if isinstance(field, Nested)
    for inner in field.serializer.declared_fields()
]


class Plans(TestCase):
    """Property: whatever the rows hold, a plan and serpy say the same of them."""

    @settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(author, min_size=3, max_size=3),
        st.lists(named, min_size=3, max_size=3, unique=True),
        st.lists(st.tuples(book, links), max_size=3),
        moments,
        st.tuples(st.lists(st.sampled_from(PATHS), max_size=5), st.lists(st.sampled_from(PATHS), max_size=3)),
    )
    def test_a_plan_shows_what_serpy_shows_of_model_instances(self, authors, labels, books, moment, chosen):
        fill(authors, labels, books, moment)
        for serializer, rows in WHOLE:
            assert_equal(serializer, rows())
        for shown in (BookListSerializer, BookDetailSerializer):
            assert_equal(select(shown, BookFullSerializer, *chosen), Book.objects.for_detail())


class Shouting(Field):
    """A field of somebody's own, with serpy's own hook."""

    def to_value(self, value):
        return value.upper()


@pytest.mark.django_db
def test_a_field_that_makes_its_own_value_is_planned_too():
    class Loud(Serializer):
        id = Integer()
        title = Shouting()

    Book.objects.create(title="The Hobbit")
    assert_equal(Loud, Book.objects.for_list())
    assert planned(Loud, Book.objects.all())[0]["title"] == "THE HOBBIT"


class Unread(Serializer):
    """Shows what a model instance alone can tell."""

    title = Text()
    words = Method({"type": "integer"})

    def get_words(self, book):
        """How many words the title has."""
        return len(book.title.split())


def test_a_declaration_that_needs_instances_says_so_once(caplog):
    with caplog.at_level(logging.WARNING, logger="serializers.plans.plan"):
        assert plan_of(Unread, Book, detail=False) is None
        assert plan_of(Unread, Book, detail=False) is None
    assert [record.getMessage() for record in caplog.records] == [
        "Unread has no read plan and is shown through model instances: words: a method of a model instance"
    ]


class Names(Serializer):
    name = Text()


class Deep(Serializer):
    name = Text("parent.name")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"category": Nested(Names)}, "category.name: the queryset's select_related"),
        ({"publisher": Text("category.name")}, "category.name: the queryset's select_related"),
        ({"series_links": Nested(Names, many=True)}, "series_links: the queryset's prefetch_related"),
        ({"authors": Nested(Names, many=True)}, "authors: the queryset's prefetch_related"),
        ({"category": Integer()}, "category: not a column"),
        ({"nothing": Integer()}, "nothing: not a column"),
        ({"sold": Text("created_at")}, "created_at: a DateTimeField"),
    ],
)
def test_what_the_queryset_does_not_read_is_not_planned_behind_its_back(fields, reason):
    with pytest.raises(NotCompilable, match=reason.replace(".", r"\.")):
        compile_plan(Serializer.only(fields), Book.objects.all())


def test_a_value_behind_a_relation_that_may_be_absent_is_left_to_serpy():
    with pytest.raises(NotCompilable, match="there may be no category"):
        compile_plan(Serializer.only({"shelf": Text("category.name")}), Book.objects.for_list())
