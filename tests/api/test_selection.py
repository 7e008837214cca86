"""`fields` and `expand`: whole documents, fewer columns in the statements, and an error for each unknown name."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from api.views.books import BookViewSet
from books.models import Book
from serializers.base import Method
from serializers.books import BookListSerializer
from tests.support.factories import make_author, make_book, make_category

HERE = "http://testserver"
LISTS = ("books/", "authors/", "categories/", "subjects/")


@pytest.fixture
def hobbit():
    return make_book(
        title="The Hobbit",
        authors=[("Tolkien, J. R. R.", {"birth_year": 1892, "death_year": 1973})],
        categories=[("Fiction", "Fantasy")],
        subjects=["Dragons"],
        languages=["en"],
        isbns=["9780261102217"],
        identifiers=[("olid", "OL1M")],
        description="There and back again.",
        extra={"shelf": "A 3"},
    )


def asked(api, path):
    """The document, and the statements it took."""
    with CaptureQueriesContext(connection) as captured:
        response = api.get(f"/api/v1/{path}")
    assert response.status_code == 200, response.content
    return response.json(), [query["sql"] for query in captured]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["books/{}/", "isbn/9780261102217/", "books/"])
def test_fields_keeps_only_these_in_the_order_of_the_declaration(api, hobbit, path):
    whole, _ = asked(api, path.format(hobbit.pk))
    kept, statements = asked(api, f"{path.format(hobbit.pk)}?fields=authors.name,isbns,id,category.slug,title")
    if "results" in whole:
        (kept,) = kept["results"]
    expected = {
        "id": hobbit.pk,
        "title": "The Hobbit",
        "authors": [{"name": "J. R. R. Tolkien"}],
        "category": {"slug": "fiction-fantasy"},
        "isbns": ["9780261102217"],
    }
    assert kept == expected
    assert list(kept) == list(expected)
    assert len(statements) == 1


@pytest.mark.django_db
def test_fields_asks_the_database_for_no_more_than_they_need(api, hobbit):
    whole, statements = asked(api, "books/")
    narrow, narrower = asked(api, "books/?fields=id,title")
    assert narrow["results"] == [{"id": hobbit.pk, "title": "The Hobbit"}]
    assert narrow["count"] == whole["count"] == 1
    assert len(narrower) <= len(statements) <= 4
    (page,) = narrower
    assert re.search(r'"books_book"\."title"', page)
    for absent in ("books_bookauthor", "authors_author", "books_category", "description", "languages", "subtitle"):
        assert absent not in page
    assert "books_bookauthor" in "".join(statements)


@pytest.mark.django_db
def test_fields_of_the_other_resources_narrow_them_too(api, hobbit):
    author = hobbit.credits.get().author
    assert asked(api, f"authors/{author.pk}/?fields=name")[0] == {"name": "J. R. R. Tolkien"}
    assert asked(api, "authors/?fields=name,birth_year")[0]["results"] == [
        {"name": "J. R. R. Tolkien", "birth_year": 1892}
    ]
    assert asked(api, "categories/fiction-fantasy/?fields=parent.slug,path")[0] == {
        "parent": {"slug": "fiction"},
        "path": ["Fiction", "Fantasy"],
    }
    assert asked(api, "subjects/?fields=slug")[0]["results"] == [{"slug": "dragons"}]
    for owner in (f"authors/{author.pk}", "categories/fiction", "subjects/dragons"):
        assert asked(api, f"{owner}/books/?fields=id")[0]["results"] == [{"id": hobbit.pk}]


@pytest.mark.django_db
def test_fields_keeps_a_relation_as_the_list_has_it(api, hobbit):
    (listed,) = asked(api, "books/")[0]["results"]
    for name in ("authors", "category"):
        assert asked(api, f"books/?fields={name}")[0]["results"] == [{name: listed[name]}]


@pytest.mark.django_db
def test_expand_adds_fields_of_the_detail_to_a_list(api, hobbit):
    (listed,) = asked(api, "books/")[0]["results"]
    page, statements = asked(api, "books/?expand=subjects,description,extra,authors")
    (expanded,) = page["results"]
    (author,) = listed["authors"]
    assert expanded == {
        **listed,
        "authors": [{**author, "birth_year": 1892, "death_year": 1973}],
        "description": "There and back again.",
        "subjects": [{"name": "Dragons", "slug": "dragons", "kind": "topic"}],
        "extra": {"shelf": "A 3"},
    }
    assert len(statements) == 1


@pytest.mark.django_db
def test_extra_is_shown_only_where_it_is_asked_for(api, hobbit):
    whole, _ = asked(api, f"books/{hobbit.pk}/")
    assert "extra" not in whole
    assert asked(api, f"books/{hobbit.pk}/?expand=extra")[0] == {**whole, "extra": {"shelf": "A 3"}}
    assert asked(api, f"books/{hobbit.pk}/?fields=id&expand=extra")[0] == {"id": hobbit.pk, "extra": {"shelf": "A 3"}}
    assert asked(api, "books/?fields=extra")[0]["results"] == [{"extra": {"shelf": "A 3"}}]


@pytest.mark.django_db
def test_a_walk_keeps_its_fields_and_a_cursor_is_not_bound_to_them(api):
    for number in range(5):
        make_book(title=f"T{number}")
    first = api.get("/api/v1/books/?page_size=2&ordering=title&fields=title").json()
    assert "fields=title" in first["next"]
    second = api.get(first["next"]).json()
    assert second["results"] == [{"title": "T2"}, {"title": "T3"}]
    assert "fields=title" in second["previous"]
    other = api.get(first["next"].replace("fields=title", "expand=description")).json()
    assert [item["title"] for item in other["results"]] == ["T2", "T3"]
    assert all("description" in item for item in other["results"])


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["fields", "expand"])
@pytest.mark.parametrize(
    ("value", "refused"),
    [
        ("id,nope", ("unknown_field", "There is no field nope here.")),
        ("authors.nope", ("unknown_field", "There is no field authors.nope here.")),
        ("title.first", ("unknown_field", "There is no field title.first here.")),
        ("authors.name.first", ("unknown_field", "There is no field authors.name.first here.")),
        ("id,", ("invalid", "Must be names of fields, such as title,authors.name.")),
        ("__class__;", ("invalid", "Must be names of fields, such as title,authors.name.")),
        (",".join(["id"] * 101), ("too_many", "At most 100 values.")),
    ],
)
def test_a_field_that_is_not_there_is_named(api, hobbit, name, value, refused):
    code, message = refused
    for path in ("books/", f"books/{hobbit.pk}/", "isbn/9780261102217/", "categories/fiction/books/"):
        response = api.get(f"/api/v1/{path}?{name}={value}")
        assert response.status_code == 400
        assert response.json()["errors"] == [{"param": name, "code": code, "message": message}]


@pytest.mark.django_db
def test_the_tree_has_no_fields_to_choose(api):
    make_category("Fiction")
    assert api.get("/api/v1/categories/tree/?fields=name").json()["errors"][0]["code"] == "unknown"


@pytest.mark.django_db
@pytest.mark.parametrize("path", LISTS)
def test_a_selection_takes_as_many_queries_at_30_rows_as_at_3(api, path):
    def fill(start, stop):
        for number in range(start, stop):
            make_book(title=f"B{number}", authors=[f"A{number}"], categories=[(f"C{number}",)], subjects=[f"S{number}"])

    selection = "expand=subjects,categories,identifiers" if path == "books/" else "fields=books_count"
    fill(0, 3)
    few = asked(api, f"{path}?{selection}")[1]
    fill(3, 30)
    many = asked(api, f"{path}?{selection}")[1]
    assert len(many) == len(few) == 1


class CountedSerializer(BookListSerializer):
    """A book with a field that needs a model instance."""

    title_words = Method({"type": "integer"})

    def get_title_words(self, book: Book) -> int:
        """The number of words in the title."""
        return len(book.title.split())


@pytest.mark.django_db
def test_what_has_no_plan_is_shown_through_model_instances(api, hobbit, monkeypatch):
    make_author("Nobody")
    planned, few = asked(api, "books/?page_size=1")
    monkeypatch.setattr(BookViewSet, "list_serializer", CountedSerializer)
    monkeypatch.setattr(BookViewSet, "full_serializer", CountedSerializer)
    shown, many = asked(api, "books/?page_size=1")
    assert shown["results"] == [{**planned["results"][0], "title_words": 2}]
    assert shown["count"] == planned["count"]
    assert len(few) < len(many) <= 4
    assert asked(api, "books/?fields=title_words,authors.name")[0]["results"] == [
        {"authors": [{"name": "J. R. R. Tolkien"}], "title_words": 2}
    ]
    make_book(title="The Silmarillion")
    first = asked(api, "books/?page_size=1&ordering=updated_at")[0]
    second = asked(api, first["next"].removeprefix(f"{HERE}/api/v1/"))[0]
    assert [item["title_words"] for item in (*first["results"], *second["results"])] == [2, 2]


@pytest.mark.django_db
def test_a_cursor_over_moments_keeps_their_microseconds(api):
    for number in range(4):
        make_book(title=f"T{number}")
    for name in ("created_at", "-updated_at"):
        url, walked = f"/api/v1/books/?page_size=1&ordering={name}", []
        while url:
            page = api.get(url).json()
            walked += [item["title"] for item in page["results"]]
            url = page["next"]
        assert sorted(walked) == ["T0", "T1", "T2", "T3"]
