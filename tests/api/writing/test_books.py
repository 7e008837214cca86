"""Making, changing and deleting books over HTTP, and what follows for what they name."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from authors.models import Author
from books.authority import merge_authors
from books.importing.records import Topic
from books.models import Book, BookAuthor, BookSubject, Series, Subject
from core.changes.former_keys import note_moved
from tests.api.writing.test_authors import found, in_order
from tests.api.writing.test_series import HERE, editor, problem, send
from tests.books.catalogue import ISBN, OTHER_ISBN, PRIDE, THIRD_ISBN, counts, credit, record
from tests.support.factories import make_author, make_book, make_category, make_series, make_subject

pytestmark = pytest.mark.django_db
LIST = "/api/v1/books/"
WRONG_ISBN = "0306406153"


@pytest.fixture
def api() -> APIClient:
    return editor()


def made(api: APIClient, **fields: Any) -> dict[str, Any]:
    response = send(api, "POST", LIST, {"title": "A Title", **fields})
    assert response.status_code == 201, response.content
    return response.json()


def patched(api: APIClient, book: dict[str, Any], **fields: Any) -> dict[str, Any]:
    response = send(api, "PATCH", book["url"], fields)
    assert response.status_code == 200, response.content
    return response.json()


def whole() -> dict[str, Any]:
    """A body that sets every field, and what it names."""
    make_category("Fiction", "Romance")
    jane, place = make_author("Austen, Jane, 1775-1817"), make_subject("England", "place")
    make_series("Works")
    return {
        "title": "Pride and Prejudice", "subtitle": "A Novel", "part": "Volume 1", "description": "First\nimpressions.",
        "authors": [{"id": jane.pk}, {"name": "C. E. Brock", "role": "ill"}],
        "categories": ["fiction-romance", "fiction"],
        "subjects": [{"slug": place.slug}, {"name": "Courtship"}, {"name": "Satire", "kind": "genre"}],
        "series": [{"slug": "works", "position": "2"}, {"name": "Classics"}],
        "languages": ["eng", "fr"], "original_languages": ["en"], "first_published_year": 1813,
        "published": "1994-06", "publisher": "Egerton", "pages": 300, "format": "text", "work": "first:w1",
        "isbns": ["978-0-306-40615-7", ISBN], "identifiers": {"gutenberg": ["1342"], "oclc": ["ocm00000007"]},
        "links": [{"rel": "source", "media_type": "text/html", "url": "https://example.org/1342"}],
        "rating_average": 4.25, "ratings_count": 10, "popularity": 99, "extra": {"issued": "1998"},
    }  # fmt: skip


def plain(shown: dict[str, Any]) -> dict[str, Any]:
    """A book's document without URLs and times, with the names of what it names."""
    return {
        **{name: value for name, value in shown.items() if name not in ("url", "id", "updated_at", "created_at")},
        "authors": [(each["name"], each["role"]) for each in shown["authors"]],
        "category": shown["category"] and shown["category"]["slug"],
        "categories": [each["slug"] for each in shown["categories"]],
        "subjects": [(each["name"], each["kind"]) for each in shown["subjects"]],
        "series": [(each["slug"], each["position"]) for each in shown["series"]],
    }


def test_a_book_is_made_read_changed_and_deleted(api):
    response = send(api, "POST", LIST, whole())
    shown = response.json()
    assert (response.status_code, response["Location"]) == (201, shown["url"])
    assert shown["url"] == f"{HERE}{LIST}{shown['id']}/"
    read = APIClient().get(shown["url"])
    assert read.json() == shown
    assert plain(shown) == {
        "title": "Pride and Prejudice", "subtitle": "A Novel", "part": "Volume 1", "description": "First\nimpressions.",
        "authors": [("Jane Austen", "author"), ("C. E. Brock", "illustrator")], "category": "fiction-romance",
        "categories": ["fiction-romance", "fiction"],
        "subjects": [("England", "place"), ("Courtship", "topic"), ("Satire", "genre")],
        "series": [("works", "2"), ("classics", None)], "languages": ["en", "fr"], "original_languages": ["en"],
        "first_published_year": 1813, "published_year": 1994, "published": "1994-06", "publisher": "Egerton",
        "pages": 300, "format": "text", "work": "first:w1", "isbn_13": OTHER_ISBN, "isbn_10": "0306406152",
        "isbns": [OTHER_ISBN, ISBN], "identifiers": {"gutenberg": ["1342"], "oclc": ["7"]},
        "links": [{"rel": "source", "media_type": "text/html", "url": "https://example.org/1342"}],
        "rating_average": 4.25, "ratings_count": 10, "popularity": 99, "cover": None,
    }  # fmt: skip
    assert Book.objects.get().extra == {"issued": "1998"}
    in_order()
    assert found("search=courtship brock") == ["Pride and Prejudice"]
    before = Book.objects.get().updated_at
    changed = patched(api, shown, title="Emma", authors=[{"name": "Jane Austen", "role": "aut"}], series=[])
    assert (changed["title"], changed["series"], changed["publisher"]) == ("Emma", [], "Egerton")
    assert Book.objects.get().updated_at > before
    in_order()
    assert (found("search=brock"), found("search=austen")) == ([], ["Emma"])
    assert send(api, "DELETE", shown["url"]).status_code == 204
    assert problem(APIClient().get(shown["url"])) == (410, "gone")
    assert problem(send(api, "PATCH", shown["url"], {})) == (410, "gone")
    in_order()


def test_what_get_gave_can_be_sent_back_and_changes_nothing(api):
    counts(record(**PRIDE))
    Book.objects.update(curated=[])
    book = APIClient().get(f"{LIST}{Book.objects.get().pk}/").json()
    before = Book.objects.values().get(), [*BookAuthor.objects.values()], [*BookSubject.objects.values()]
    for method in ("PUT", "PATCH"):
        assert send(api, method, book["url"], book).json() == book
    assert (Book.objects.values().get(), [*BookAuthor.objects.values()], [*BookSubject.objects.values()]) == before
    in_order()


def test_put_empties_what_is_left_out_but_for_extra(api):
    book = made(api, **whole())
    emptied = send(api, "PUT", book["url"], {"title": "Only"}).json()
    assert {name: value for name, value in emptied.items() if value not in (None, [], {}, "")}.keys() == {
        "id", "url", "title", "updated_at", "created_at",
    }  # fmt: skip
    assert Book.objects.get().extra == {"issued": "1998"}
    patched(api, book, extra={})
    assert Book.objects.get().extra == {}
    in_order()


def test_the_order_of_lists_is_kept(api):
    first, second = make_author("First, A"), make_author("Second, B")
    one, two = make_series("One"), make_series("Two")
    book = made(
        api,
        authors=[{"id": second.pk}, {"id": first.pk, "role": "editor"}, {"id": second.pk, "role": "translator"}],
        series=[{"slug": two.slug}, {"slug": one.slug, "position": "1"}],
        isbns=[THIRD_ISBN, ISBN, OTHER_ISBN],
        identifiers={"b": ["2", "1"], "a": ["3"]},
    )
    assert [(each["id"], each["role"]) for each in book["authors"]] == [
        (second.pk, "author"), (first.pk, "editor"), (second.pk, "translator"),
    ]  # fmt: skip
    turned = patched(
        api,
        book,
        authors=[*reversed(book["authors"])],
        series=[*reversed(book["series"])],
        isbns=[OTHER_ISBN, THIRD_ISBN, ISBN],
        identifiers={"b": ["1", "2"], "a": ["3"]},
    )
    assert turned["authors"] == [*reversed(book["authors"])]
    assert turned["series"] == [*reversed(book["series"])]
    assert (turned["isbns"], turned["isbn_13"]) == ([OTHER_ISBN, THIRD_ISBN, ISBN], OTHER_ISBN)
    assert turned["identifiers"]["b"] == ["1", "2"]
    in_order()


def test_a_name_is_the_one_author_who_bears_it_or_a_new_one(api):
    jane = make_author("Austen, Jane")
    assert made(api, authors=[{"name": "jane AUSTEN"}])["authors"][0]["id"] == jane.pk
    new = made(api, authors=[{"name": "Ursula K. Le Guin"}, {"name": "ursula k. le guin", "role": "editor"}])
    assert len({author["id"] for author in new["authors"]}) == 1
    made_author = Author.objects.get(name="Ursula K. Le Guin")
    assert (made_author.sort_name, made_author.imported, made_author.books_count) == ("Le Guin, Ursula K.", False, 1)
    in_order()


def test_various_are_nobody_whoever_names_them(api):
    made(api, authors=[{"name": "Various"}])
    counts(record(title="T", credits=[credit("Various")]))
    made(api, authors=[{"name": "Various"}])
    assert [*Author.objects.values_list("kind", "books_count")] == [("placeholder", 3)]
    in_order()


def test_a_name_that_several_bear_is_refused_with_their_ids_unless_one_bears_just_it(api):
    first, second = make_author(name="José Pérez"), make_author(name="José Pérez")
    refused = send(api, "POST", LIST, {"title": "T", "authors": [{"name": "jose perez"}]})
    assert problem(refused) == (422, "invalid", ("authors[0].name", "ambiguous"))
    assert refused.json()["errors"][0]["ids"] == [first.pk, second.pk]
    third = make_author(name="Jose Perez")
    assert made(api, authors=[{"name": "Jose Perez"}])["authors"][0]["id"] == third.pk
    assert Book.objects.count() == 1


def test_what_was_merged_or_renamed_is_known_by_its_former_key(api):
    kept, gone = make_author("Kept, A"), make_author("Gone, B")
    merge_authors(kept, gone)
    series = make_series("Tales")
    send(api, "PATCH", f"/api/v1/series/{series.slug}/", {"slug": "stories"})
    make_category("Fiction")
    send(api, "PATCH", "/api/v1/categories/fiction/", {"slug": "novels"})
    book = made(api, authors=[{"id": gone.pk}], series=[{"slug": "tales"}], categories=["fiction"])
    assert plain(book)["authors"] == [("A Kept", "author")]
    assert (plain(book)["series"], plain(book)["categories"]) == ([("stories", None)], ["novels"])
    in_order()


def test_a_series_by_name_is_the_one_of_that_name_or_a_new_one(api):
    tales = make_series("Tales")
    book = made(api, series=[{"name": "TALES", "position": "3"}, {"name": "New", "position": None}])
    assert plain(book)["series"] == [(tales.slug, "3"), ("new", None)]
    assert not Series.objects.get(slug="new").imported
    assert (Series.objects.get(slug="new").books_count, Subject.objects.count()) == (1, 0)
    in_order()


def test_an_isbn_with_a_wrong_check_digit_is_kept_as_an_identifier(api):
    book = made(api, isbns=[WRONG_ISBN, ISBN], identifiers={"oclc": ["7"]})
    assert (book["isbns"], book["isbn_13"]) == ([ISBN], ISBN)
    assert book["identifiers"] == {"oclc": ["7"], "isbn_invalid": [WRONG_ISBN]}
    again = patched(api, book, isbns=[WRONG_ISBN])
    assert (again["isbns"], again["isbn_13"], again["identifiers"]) == ([], None, book["identifiers"])
    in_order()


def test_the_year_is_that_of_the_date_unless_it_is_given(api):
    book = made(api, published="1994-06-30")
    assert book["published_year"] == 1994
    assert patched(api, book, published="1995")["published_year"] == 1995
    assert patched(api, book, published="1996", published_year=1990)["published_year"] == 1990


def test_of_a_credit_and_a_subject_is_kept_what_a_body_does_not_show(api):
    counts(record(**PRIDE))
    book = APIClient().get(f"{LIST}{Book.objects.get().pk}/").json()
    patched(api, book, authors=[*reversed(book["authors"])], subjects=[*reversed(book["subjects"])])
    assert [*BookAuthor.objects.values_list("note", "position").order_by("position")] == [("some", 0), ("", 1)]


WRONG: dict[str, tuple[dict[str, Any], tuple[str, str]]] = {
    "no title": ({"title": ""}, ("title", "blank")),
    "null title": ({"title": None}, ("title", "null")),
    "long title": ({"title": "x" * 1001}, ("title", "max_length")),
    "control characters": ({"title": "a\0b"}, ("title", "control_characters")),
    "unknown field": ({"tilte": "T"}, ("tilte", "unknown")),
    "columns of the table": ({"curated": []}, ("curated", "unknown")),
    "unknown author": ({"authors": [{"id": 99}]}, ("authors[0].id", "unknown")),
    "an author by nothing": ({"authors": [{"role": "editor"}]}, ("authors[0]", "required")),
    "an author as text": ({"authors": ["Jane"]}, ("authors[0]", "invalid")),
    "unknown role": ({"authors": [{"name": "X", "role": "cook"}]}, ("authors[0].role", "unknown")),
    "unknown category": ({"categories": ["nowhere"]}, ("categories[0]", "unknown")),
    "null category": ({"categories": [None]}, ("categories[0]", "null")),
    "unknown subject": ({"subjects": [{"slug": "nothing"}]}, ("subjects[0].slug", "unknown")),
    "unknown kind": ({"subjects": [{"name": "X", "kind": "colour"}]}, ("subjects[0].kind", "invalid_choice")),
    "unknown series": ({"series": [{"slug": "none"}]}, ("series[0].slug", "unknown")),
    "unknown language": ({"languages": ["en", "klingonese"]}, ("languages[1]", "unknown")),
    "year 0": ({"published_year": 0}, ("published_year", "no_year")),
    "a far year": ({"published_year": 12_000}, ("published_year", "max_value")),
    "no such day": ({"published": "2001-02-30"}, ("published", "no_date")),
    "no pages": ({"pages": 0}, ("pages", "min_value")),
    "too many stars": ({"rating_average": 5.1}, ("rating_average", "max_value")),
    "stars that are no number": ({"rating_average": "NaN"}, ("rating_average", "invalid")),
    "no ISBN": ({"isbns": ["hello"]}, ("isbns[0]", "malformed")),
    "a scheme with blanks": ({"identifiers": {"a b": ["1"]}}, ("identifiers", "scheme")),
    "a script for a link": ({"links": [{"url": "javascript:alert(1)"}]}, ("links[0].url", "address")),
    "a link without URL": ({"links": [{"rel": "x"}]}, ("links[0].url", "required")),
    "extra as a list": ({"extra": []}, ("extra", "object")),
    "deep extra": ({"extra": {"a": [[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]}}, ("extra", "deep")),
    "NUL in extra": ({"extra": {"a\0": 1}}, ("extra", "nul")),
    "a large book": (
        {"subjects": [{"name": f"{n} {'x' * 400}"} for n in range(200)]}, ("", "too_large"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_taken_is_named_and_nothing_is_written(api, body, expected):
    assert problem(send(api, "POST", LIST, {"title": "T", **body})) == (422, "invalid", expected)
    assert (Book.objects.count(), Author.objects.count(), Subject.objects.count()) == (0, 0, 0)
    book = make_book()
    changed = send(api, "PATCH", f"{LIST}{book.pk}/", body)
    assert problem(changed) == (422, "invalid", expected)


def test_if_match_and_idempotency_key_go_with_books_too(api):
    first = send(api, "POST", LIST, {"title": "Once"}, HTTP_IDEMPOTENCY_KEY="a")
    again = send(api, "POST", LIST, {"title": "Once"}, HTTP_IDEMPOTENCY_KEY="a")
    assert (again.content, Book.objects.count()) == (first.content, 1)
    url, tag = first["Location"], first["ETag"]
    assert send(api, "PATCH", url, {"title": "Twice"}, HTTP_IF_MATCH=tag).status_code == 200
    assert problem(send(api, "PATCH", url, {"title": "T"}, HTTP_IF_MATCH=tag)) == (412, "precondition_failed")


def test_readers_and_keys_without_the_scope_write_no_book():
    book = make_book()
    for api, status in ((APIClient(), 401), (editor("reader"), 403), (editor("admin", ("read",)), 403)):
        for method, path in (("POST", LIST), ("PUT", f"{LIST}{book.pk}/"), ("DELETE", f"{LIST}{book.pk}/")):
            assert send(api, method, path, {"title": "T"}).status_code == status
    assert Book.objects.count() == 1


def test_ids_lead_to_what_rows_were_merged_into_and_those_that_lead_nowhere_are_missing(api):
    kept, gone, other = (make_author(name=name) for name in ("Kept", "Gone", "Other"))
    path = f"/api/v1/authors/?ids={gone.pk},{other.pk},999999"
    before = APIClient().get(path).json()
    assert ([each["id"] for each in before["results"]], before["missing"]) == ([gone.pk, other.pk], [999999])
    merge_authors(kept, gone)
    send(api, "DELETE", f"/api/v1/authors/{other.pk}/")
    after = APIClient().get(path).json()
    assert ([each["id"] for each in after["results"]], after["missing"]) == ([kept.pk], [other.pk, 999999])
    book = make_book(title="T")
    note_moved("books", "77", str(book.pk))
    shown = APIClient().get(f"{LIST}?ids=77,{book.pk},78").json()
    assert ([each["id"] for each in shown["results"]], shown["count"], shown["missing"]) == ([book.pk], 1, [78])


LOADED: dict[str, dict[str, Any]] = {
    "a long subtitle": {"subtitle": "x y " * 1300}, "an odd scheme": {"identifiers": [("Weird Scheme", "1")]},
    "a URN": {"links": [("source", "text/html", "urn:isbn:1")]}, "words for a date": {"published": "circa 1880"},
    "a tab": {"format": "x\ty"}, "languages of no code": {"languages": ["zxx", "qaa"]},
    "many numbers": {"identifiers": [("own", str(n)) for n in range(101)]},
    "an odd role": {"credits": [credit("A, B", role="odd")]},
    "a line end": {"title": "a\u2028b"}, "many subjects": {"subjects": [Topic(f"S {n}") for n in range(1001)]},
}  # fmt: skip


@pytest.mark.parametrize("fields", LOADED.values(), ids=LOADED)
def test_what_a_load_stored_can_be_sent_back_also_where_no_body_could_set_it(api, fields):
    counts(record(**{"title": "T", **fields}))
    url = f"{LIST}{Book.objects.get().pk}/"
    shown = APIClient().get(url).json()
    assert send(api, "PUT", url, shown).json() == shown
    changed = send(api, "PUT", url, {**shown, "pages": 7}).json()
    assert {**changed, "pages": shown["pages"], "updated_at": shown["updated_at"]} == shown
    in_order()
