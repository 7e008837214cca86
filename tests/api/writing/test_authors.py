"""Making, changing and deleting authors over HTTP, and what follows for their books."""

import time
from typing import Any

import pytest
from rest_framework.test import APIClient

from authors.models import Author
from books.authority import merge_authors
from books.counts import recount
from books.models import Book
from tests.api.writing.test_series import HERE, editor, problem, send
from tests.books.catalogue import counts, credit, index_rows, record
from tests.support.factories import make_author, make_book

pytestmark = pytest.mark.django_db
LIST = "/api/v1/authors/"


@pytest.fixture
def api() -> APIClient:
    return editor()


def made(api: APIClient, **fields: Any) -> dict[str, Any]:
    response = send(api, "POST", LIST, {"name": "Ursula K. Le Guin", **fields})
    assert response.status_code == 201, response.content
    return response.json()


def found(query: str) -> list[str]:
    return [book["title"] for book in APIClient().get(f"/api/v1/books/?{query}").json()["results"]]


def in_order() -> None:
    """Assert that no count is wrong, and that the search indexes say what the tables say."""
    assert recount() == 0
    before, after = index_rows()
    assert before == after


WHOLE = {
    "name": "Ursula K. Le Guin", "kind": "person", "sort_name": "Le Guin, Ursula K.", "alternate_names": ["U. L. G."],
    "birth_year": 1929, "death_year": 2018, "bio": "Wrote.\nA lot.", "identifiers": {"wikidata": ["Q181659"]},
}  # fmt: skip


def test_an_author_is_made_read_changed_and_deleted(api):
    response = send(api, "POST", LIST, WHOLE)
    shown = response.json()
    assert response["Location"] == f"{HERE}{LIST}{shown['id']}/" == shown["url"]
    assert {name: shown[name] for name in WHOLE} == WHOLE
    assert APIClient().get(shown["url"]).json() == shown
    again = send(api, "PUT", shown["url"], shown).json()
    assert {**again, "updated_at": shown["updated_at"]} == shown
    patched = send(api, "PATCH", shown["url"], {"bio": None, "death_year": None}).json()
    assert (patched["bio"], patched["death_year"], patched["birth_year"]) == (None, None, 1929)
    emptied = send(api, "PUT", shown["url"], {"name": "U. Le Guin"}).json()
    assert {name: emptied[name] for name in WHOLE} == {
        "name": "U. Le Guin", "kind": "person", "sort_name": "Le Guin, U.", "alternate_names": [], "birth_year": None,
        "death_year": None, "bio": None, "identifiers": {},
    }  # fmt: skip
    in_order()
    assert send(api, "DELETE", shown["url"]).status_code == 204
    assert problem(APIClient().get(shown["url"])) == (410, "gone")
    in_order()


@pytest.mark.parametrize(
    ("fields", "filed"),
    [
        ({}, "Le Guin, Ursula K."),
        ({"name": "Plato"}, "Plato"),
        ({"name": "Ludwig van Beethoven"}, "Beethoven, Ludwig van"),
        ({"name": "The Beatles", "kind": "organisation"}, "Beatles, The"),
        ({"name": "Human Genome Project", "kind": "organisation"}, "Human Genome Project"),
        ({"sort_name": "As given"}, "As given"),
    ],
)
def test_a_name_is_filed_by_the_family_name_unless_told(api, fields, filed):
    assert made(api, **fields)["sort_name"] == filed


def test_a_new_name_files_and_finds_the_books_anew(api):
    author = make_author("Old, Anne")
    book, other = make_book(title="One", authors=[author]), make_book(title="Two", authors=["Middle, Mary"])
    seen = Book.objects.get(pk=book.pk).updated_at
    url = f"{LIST}{author.pk}/"
    time.sleep(0.01)
    assert (
        send(api, "PATCH", url, {"name": "Zoe Young", "alternate_names": ["Anne Old"]}).json()["sort_name"]
        == "Young, Zoe"
    )
    assert found("author_name=zoe") == found("search=young") == found("author_name=anne") == ["One"]
    assert found("ordering=author") == ["Two", "One"]
    assert APIClient().get(f"/api/v1/books/{book.pk}/").json()["authors"][0]["name"] == "Zoe Young"
    assert Book.objects.get(pk=book.pk).updated_at > seen
    untouched = Book.objects.get(pk=other.pk).updated_at
    assert send(api, "PATCH", url, {"bio": "Wrote."}).status_code == 200
    assert Book.objects.get(pk=other.pk).updated_at == untouched
    in_order()


def test_another_kind_is_counted_and_filed_as_such(api):
    shown = made(api, name="The Beatles")
    assert send(api, "PATCH", shown["url"], {"kind": "organisation"}).json()["sort_name"] == "Beatles, The"
    in_order()


def test_an_author_whom_books_credit_is_not_deleted(api):
    author = make_author("Old, Anne")
    make_book(authors=[(author, {"role": "translator"})])
    assert problem(send(api, "DELETE", f"{LIST}{author.pk}/")) == (409, "in_use")


def test_a_merged_id_leads_to_the_survivor(api):
    kept, gone, earlier = (make_author(name) for name in ("Kept, Anne", "Gone, Anne", "Earlier, Anne"))
    make_book(title="One", authors=[earlier])
    merge_authors(gone, earlier)
    merge_authors(kept, gone)
    for old in (gone.pk, earlier.pk):
        assert APIClient().get(f"{LIST}{old}/")["Location"] == f"{HERE}{LIST}{kept.pk}/"
        moved = APIClient().get(f"{LIST}{old}/books/?page_size=5")
        assert (moved.status_code, moved["Location"]) == (308, f"{HERE}{LIST}{kept.pk}/books/?page_size=5")
        refused = send(api, "PATCH", f"{LIST}{old}/", {"name": "A"})
        assert (problem(refused), refused.json()["into"]) == ((409, "merged"), kept.pk)


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, [("name", "required")]),
        ({"name": "A", "kind": "robot"}, [("kind", "invalid_choice")]),
        ({"name": "A", "birth_year": 0}, [("birth_year", "no_year")]),
        (
            {"name": "A", "birth_year": -5001, "death_year": 2201},
            [("birth_year", "min_value"), ("death_year", "max_value")],
        ),
        ({"name": "A", "birth_year": "x"}, [("birth_year", "invalid")]),
        ({"name": "A", "alternate_names": "B"}, [("alternate_names", "not_a_list")]),
        ({"name": "A", "alternate_names": [""]}, [("alternate_names[0]", "blank")]),
        ({"name": "A", "alternate_names": ["B"] * 201}, [("alternate_names", "max_length")]),
        ({"name": "A", "identifiers": []}, [("identifiers", "not_a_dict")]),
        ({"name": "A", "identifiers": {"Wiki Data": ["Q1"]}}, [("identifiers", "scheme")]),
        ({"name": "A", "identifiers": {"wikidata": "Q1"}}, [("identifiers.wikidata", "not_a_list")]),
        ({"name": "A", "identifiers": {f"s{n}": ["1"] for n in range(51)}}, [("identifiers", "too_many")]),
        ({"name": "A", "bio": "a\x00b"}, [("bio", "control_characters")]),
        ({"name": "A", "bio": "x" * 20_001}, [("bio", "max_length")]),
        ({"name": "A", "imported": True, "match_key": "b"}, [("imported", "unknown"), ("match_key", "unknown")]),
    ],
)
def test_what_cannot_be_an_author_is_refused(api, body, errors):
    response = send(api, "POST", LIST, body)
    assert (response.status_code, sorted((e["field"], e["code"]) for e in response.json().get("errors", ()))) == (
        422, sorted(errors),
    )  # fmt: skip
    assert not Author.objects.exists()


@pytest.mark.parametrize(
    "name", ["\U0001f600", "\u202e evil", "a" * 500, "e\u0301" * 250, "\u0130" * 500, "'; DROP TABLE", "{x}%s"]
)
def test_any_text_is_a_name(api, name):
    shown = made(api, name=name)
    assert APIClient().get(shown["url"]).json()["name"] == shown["name"]
    in_order()


def test_a_filing_name_that_was_given_stays_until_it_is_emptied(api):
    url = made(api, name="Mao Zedong", sort_name="Mao, Zedong")["url"]
    assert send(api, "PATCH", url, {"name": "Mao Zedong", "kind": "person"}).json()["sort_name"] == "Mao, Zedong"
    assert send(api, "PATCH", url, {"name": "Mao Ze Dong"}).json()["sort_name"] == "Mao, Zedong"
    assert send(api, "PATCH", url, {"sort_name": ""}).json()["sort_name"] == "Dong, Mao Ze"


def test_a_name_as_long_as_can_be_is_filed(api):
    shown = made(api, name=f"{'a' * 249} {'b' * 250}")
    assert len(shown["sort_name"]) == 500
    assert send(api, "PUT", shown["url"], shown).status_code == 200


def test_a_change_of_nothing_changes_nothing(api):
    counts(record("1", credits=[credit("Austen, Jane")]))
    author = Author.objects.get()
    assert send(api, "PATCH", f"{LIST}{author.pk}/", {"name": author.name}).status_code == 200
    assert Author.objects.values().get() == {**Author.objects.filter(pk=author.pk).values().get(), "imported": True}
    assert Author.objects.get().updated_at == author.updated_at


@pytest.mark.parametrize("known", [False, True])
def test_an_author_that_an_editor_changed_keeps_its_name_when_a_source_replaces_its_heading(api, known):
    first = [record("1", credits=[credit("Melville, Herman, 1819-")])]
    counts(*first, *([record("2", credits=[credit("Melville, Herman, 1819-1891")])] if known else []))
    pk = Author.objects.get(death_year=None).pk
    given = {"name": "H. Melville", "sort_name": "Melville, H."}
    send(api, "PATCH", f"{LIST}{pk}/", given)
    counts(record("1", title="Changed", credits=[credit("Melville, Herman, 1819-1891")]))
    shown = APIClient().get(f"{LIST}{pk}/").json()
    assert {name: shown[name] for name in given} == given
    in_order()


def test_ids_that_led_to_an_author_that_a_load_swept_are_gone(api):
    counts(record("1", credits=[credit("Kept, Anne")]), record("2", credits=[credit("Gone, Anne")]))
    kept, gone = Author.objects.get(name="Anne Kept"), Author.objects.get(name="Anne Gone")
    merge_authors(kept, gone)
    counts(record("1", credits=[credit("Other, Mary")]), record("2", credits=[credit("Other, Mary")]))
    assert not Author.objects.filter(pk=kept.pk).exists()
    for pk in (kept.pk, gone.pk):
        assert problem(APIClient().get(f"{LIST}{pk}/")) == (410, "gone")
