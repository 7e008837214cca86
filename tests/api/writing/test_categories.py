"""Making, moving and deleting categories over HTTP, and what follows for the tree and its books."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from books.counts import recount
from books.models import Book, Category, CategoryAncestor
from tests.api.writing.test_authors import found, in_order
from tests.api.writing.test_series import HERE, editor, problem, send
from tests.support.factories import make_book

pytestmark = pytest.mark.django_db
LIST = "/api/v1/categories/"


@pytest.fixture
def api() -> APIClient:
    return editor()


def counts() -> dict[str, int]:
    return dict(Category.objects.values_list("slug", "books_count"))


def whole() -> None:
    """Assert that counts and indexes are right, and that the paths and ancestors are those of the parents."""
    in_order()
    for category in Category.objects.all():
        chain = [category]
        while chain[-1].parent is not None:
            chain.append(chain[-1].parent)
        assert category.path == [each.name for each in reversed(chain)]
        ancestors = CategoryAncestor.objects.filter(category=category).values_list("ancestor_id", flat=True)
        assert sorted(ancestors) == sorted(each.pk for each in chain)


@pytest.fixture
def tree(db: Any) -> None:
    """Fiction / Crime / Noir with two books, History with one that is in Noir too."""
    make_book(title="One", categories=[("Fiction", "Crime", "Noir")])
    make_book(title="Two", categories=[("Fiction", "Crime", "Noir"), ("History",)])
    recount()


def test_a_category_is_made_read_changed_and_deleted(api):
    made = send(api, "POST", LIST, {"name": "Fiction"}).json()
    assert made == {
        "name": "Fiction", "slug": "fiction", "url": f"{HERE}{LIST}fiction/", "parent": None, "path": ["Fiction"],
        "books_count": 0,
    }  # fmt: skip
    below = send(api, "POST", LIST, {"name": "Crime", "parent": "fiction"})
    assert (below.json()["slug"], below.json()["path"]) == ("fiction-crime", ["Fiction", "Crime"])
    assert below["Location"] == f"{HERE}{LIST}fiction-crime/"
    assert APIClient().get(below["Location"]).json() == below.json()
    assert send(api, "PUT", below["Location"], below.json()).json() == below.json()
    assert problem(send(api, "DELETE", made["url"])) == (409, "in_use")
    whole()
    assert send(api, "DELETE", below["Location"]).status_code == 204
    assert send(api, "DELETE", made["url"]).status_code == 204
    assert problem(APIClient().get(made["url"])) == (410, "gone")
    whole()


def test_a_moved_category_takes_its_books_and_their_counts_along(api, tree):
    assert counts() == {"fiction": 2, "fiction-crime": 2, "fiction-crime-noir": 2, "history": 1}
    assert send(api, "PATCH", f"{LIST}fiction-crime/", {"parent": "history"}).json()["path"] == ["History", "Crime"]
    assert counts() == {"fiction": 0, "fiction-crime": 2, "fiction-crime-noir": 2, "history": 2}
    whole()
    assert found("topic=fiction") == []
    assert found("category=history") == ["One", "Two"]
    assert send(api, "PATCH", f"{LIST}fiction-crime-noir/", {"parent": None}).json()["path"] == ["Noir"]
    assert counts() == {"fiction": 0, "fiction-crime": 0, "fiction-crime-noir": 2, "history": 1}
    whole()


def test_a_renamed_category_is_found_by_its_new_name_and_its_books_are_new(api, tree):
    seen = dict(Book.objects.values_list("title", "updated_at"))
    assert send(api, "PATCH", f"{LIST}fiction-crime/", {"name": "Mystery"}).status_code == 200
    assert found("topic=mystery") == ["One", "Two"]
    assert found("topic=crime") == []
    assert all(updated > seen[title] for title, updated in Book.objects.values_list("title", "updated_at"))
    whole()


def test_a_changed_slug_leads_to_the_new_one(api, tree):
    assert send(api, "PATCH", f"{LIST}history/", {"slug": "past"}).json()["slug"] == "past"
    assert APIClient().get(f"{LIST}history/books/?page_size=1")["Location"] == f"{HERE}{LIST}past/books/?page_size=1"
    assert APIClient().get("/api/v1/books/?search=two").json()["results"][0]["category"]["slug"] == "fiction-crime-noir"
    whole()


@pytest.mark.parametrize("parent", ["fiction", "fiction-crime", "fiction-crime-noir"])
def test_a_category_cannot_be_moved_below_itself(api, tree, parent):
    assert problem(send(api, "PATCH", f"{LIST}fiction/", {"parent": parent})) == (422, "invalid", ("parent", "cycle"))
    whole()


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, [("name", "required")]),
        ({"name": "Crime", "parent": "fiction"}, [("name", "taken")]),
        ({"name": "History"}, [("name", "taken")]),
        ({"name": "A", "slug": "history"}, [("slug", "taken")]),
        ({"name": "A", "slug": "tree"}, [("slug", "reserved")]),
        ({"name": "A", "parent": "nowhere"}, [("parent", "unknown")]),
        ({"name": "A", "parent": 7}, [("parent", "invalid")]),
        ({"name": "A", "parent": {}}, [("parent", "invalid")]),
        ({"name": "A", "parent": ["fiction"]}, [("parent", "invalid")]),
        ({"name": "x" * 301}, [("name", "max_length")]),
        ({"name": "A", "sort_key": "b"}, [("sort_key", "unknown")]),
    ],
)
def test_what_cannot_be_a_category_is_refused(api, tree, body, errors):
    response = send(api, "POST", LIST, body)
    assert (response.status_code, [(e["field"], e["code"]) for e in response.json().get("errors", ())]) == (422, errors)
    whole()


def test_equal_names_below_different_parents_are_different_categories(api, tree):
    assert send(api, "POST", LIST, {"name": "Crime", "parent": "history"}).json()["slug"] == "history-crime"
    assert send(api, "POST", LIST, {"name": "Tree"}).json()["slug"] == "tree-2"
    whole()
