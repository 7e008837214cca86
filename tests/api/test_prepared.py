"""A prepared request gives the same response as the view, with the rows that the database has now."""

import json
from urllib.parse import urlsplit

import psycopg
import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection

from api.default_parameters import default_parameters
from books.models import Book
from core.cache.exchange import cache_headers
from core.cache.keys import RequestKeys
from core.http.shape import PreparedResponse, Shape
from core.server.django_stack import DjangoStack
from core.server.prepared import MAX_ID, PreparedRequests
from tests.support.asgi import reply, scope
from tests.support.factories import make_book
from tests.test_query_counts import fill

PAGES = [
    "books/",
    "books/?search=stars",
    "books/?search=stars&ordering=-title",
    "books/?ordering=random&seed=1",
    "books/?ordering=random&seed=7&fields=title",
    "books/?series=discworld",
    "books/?series=discworld&ordering=-series",
    "books/?category=fiction&language=en",
    "books/?author_name=le guin&count=none",
    "books/?subject=space&first_published_year_min=1900",
    "books/?classification=lcc:PS",
    "books/?page=2&page_size=2",
    "books/?ids=1,2,3",
    "books/?author_alive_from=1950&count=exact",
    "books/?fields=id,title,authors.name&expand=subjects",
    "authors/?kind=person",
    "categories/",
    "categories/fiction/",
    "categories/tree/",
    "subjects/",
    "subjects/space/",
    "categories/fiction/books/",
    "subjects/space/books/?ordering=-title",
]


class Client:
    """Asks a stack of its own, as the response cache would."""

    def __init__(self):
        self.stack = DjangoStack()
        self.keys = RequestKeys(
            defaults=default_parameters, allowed_hosts=["testserver", "localhost"], one_address=False
        )

    def get(self, url, *, shape=True, **headers):
        """The response without its request id; without `shape`, the view answers."""
        parts = urlsplit(url)
        asked = scope(f"{parts.path}?{parts.query}" if parts.query else parts.path, **headers)
        route = self.keys.key_of(asked, cache_headers(asked))
        answer = self.stack.run({**asked, **(route.shared if shape else route.scope)}, b"")
        head = [(name.lower(), value) for name, value in answer.headers if name.lower() != b"x-request-id"]
        assert answer.stream is None
        return reply([{"type": "http.response.start", "status": answer.status, "headers": head}, {"body": answer.body}])

    def same(self, path):
        """The response, which is the same from the prepared request and from the view."""
        url = path if path.startswith("http") else f"/api/v1/{path}"
        short, whole = self.get(url), self.get(url, shape=False)
        assert short == whole
        return whole

    @property
    def shapes(self):
        """The number of prepared requests."""
        return len(self.stack._prepared.cache)


@pytest.fixture
def client():
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield Client()
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_an_answer_is_the_same_by_either_way_whatever_happened_since_its_shape_was_known(client, path):
    fill(0, 5)
    make_book(title="Letters", subjects=[("PS", "class")])
    client.get(f"/api/v1/{path}")
    before = client.same(path)
    fill(5, 9)
    Book.objects.filter(title="Stars 3").delete()
    after = client.same(path)
    assert before.status == after.status == 200
    if path == "books/":
        assert json.loads(after.body)["count"] == json.loads(before.body)["count"] + 4


# Pairs of requests, as URL and headers, that differ in one thing only.
PAIRS: dict[str, list[tuple[str, dict[str, str]]]] = {
    "host": [("books/", {}), ("books/", {"host": "localhost"})],
    "port": [("books/", {}), ("books/", {"host": "testserver:8000"})],
    "accept": [("books/", {}), ("books/", {"accept": "application/xml"})],
    "host of one book": [("books/{book}/", {}), ("books/{book}/", {"host": "localhost"})],
    "accept of one book": [("books/{book}/", {}), ("books/{book}/", {"accept": "text/csv"})],
    "page_size": [("books/?page_size=2", {}), ("books/?page_size=3", {})],
    "page_size behind a cursor": [("books/?page_size=2&{cursor}", {}), ("books/?page_size=3&{cursor}", {})],
    "page": [("books/?page=1&page_size=2", {}), ("books/?page=2&page_size=2", {})],
    "count": [("books/", {}), ("books/?count=none", {})],
    "ordering": [("books/?ordering=title", {}), ("books/?ordering=-title", {})],
    "seed": [("books/?ordering=random&seed=1", {}), ("books/?ordering=random&seed=3", {})],
    "fields": [("books/?fields=id", {}), ("books/?fields=title", {})],
    "fields of one book": [("books/{book}/", {}), ("books/{book}/?fields=title", {})],
    "expand": [("books/", {}), ("books/?expand=subjects", {})],
    "a filter": [("books/", {}), ("books/?language=fr", {})],
    "a filter's value": [("books/?language=en", {}), ("books/?language=fr", {})],
    "a filter's kind": [("books/?language=fr", {}), ("books/?language_not=fr", {})],
    "search": [("books/?search=stars", {}), ("books/?search=letters", {})],
    "ids": [("books/?ids={book}", {}), ("books/?ids={other}", {})],
    "the resource": [("authors/?fields=id", {}), ("books/?fields=id", {})],
    "a slug": [("subjects/space/", {}), ("subjects/topic-1/", {})],
}


@pytest.mark.django_db
@pytest.mark.parametrize("difference", PAIRS)
def test_requests_that_differ_in_anything_but_a_place_are_never_answered_by_each_others_shape(client, difference):
    fill(0, 5)
    make_book(title="Letters", languages=["fr"])
    following = json.loads(client.get("/api/v1/books/?page_size=2").body)["next"]
    ids = {"book": Book.objects.earliest("pk").pk, "other": Book.objects.latest("pk").pk}
    cursor = urlsplit(following).query.removeprefix("page_size=2&")
    pair = [(f"/api/v1/{path.format(**ids, cursor=cursor)}", headers) for path, headers in PAIRS[difference]]

    def said(client, number, **how):
        url, headers = pair[number]
        reply = client.get(url, **how, **headers)
        # A problem document has its request's id, so only its code is compared.
        return reply if reply.status == 200 else (reply.status, json.loads(reply.body)["code"])

    fresh = [said(Client(), number, shape=False) for number in (0, 1)]
    assert fresh[0].status == 200
    assert fresh[0] != fresh[1]
    for order in ((0, 1, 0, 1), (1, 0, 1, 0)):
        asked = Client()
        assert [said(asked, number) for number in order] == [fresh[number] for number in order]


@pytest.mark.django_db
def test_a_walk_by_next_and_back_is_the_same_by_either_way_and_has_one_shape(client):
    fill(0, 30)
    url, seen = "books/?page_size=4&ordering=-title", []
    while url:
        page = json.loads(client.same(url).body)
        seen += [book["id"] for book in page["results"]]
        url, back = page["next"], page["previous"]
    assert len(set(seen)) == len(seen) == 30
    while back:
        back = json.loads(client.same(back).body)["previous"]
    assert client.shapes == 2


@pytest.mark.django_db
def test_every_answer_has_an_id_of_its_own_though_its_shape_is_known(client):
    fill(0, 1)
    asked = scope("/api/v1/books/")
    shared = {**asked, **client.keys.key_of(asked, cache_headers(asked)).shared}
    ids = []
    for _ in range(3):
        ids += [value for name, value in client.stack.run(shared, b"").headers if name.lower() == b"x-request-id"]
    # The response cache gives one to whatever has none.
    assert len(set(ids)) == len(ids)
    assert client.shapes == 1


@pytest.mark.django_db
def test_every_book_has_one_shape_and_one_that_goes_is_missed(client):
    books = [make_book(title=f"Stars {number}") for number in range(3)]
    for book in books:
        assert json.loads(client.same(f"books/{book.pk}/").body)["title"] == book.title
    assert client.shapes == 1
    gone = books[0].pk
    books[0].delete()
    for missing in (gone, 10**17, 0):
        assert client.get(f"/api/v1/books/{missing}/").status == 404
    assert client.same(f"books/{books[1].pk}/").status == 200


@pytest.mark.django_db
def test_a_known_shape_makes_no_wrong_value_right(client):
    fill(0, 4)
    following = json.loads(client.same("books/?page_size=2").body)["next"]
    assert client.same(following).status == 200
    for wrong in ("x", "%20", following.split("cursor=")[1].split("&")[0][:-1], "%00", "%FF"):
        reply = client.get(f"/api/v1/books/?page_size=2&cursor={wrong}")
        assert (reply.status, reply.headers["content-type"]) == (400, "application/problem+json")
    assert client.get(f"{following}&cursor=x").status == 400
    assert client.get(following.replace("/books/", "/authors/")).status == 400
    # The refused cursors removed neither of the two prepared requests.
    assert client.shapes == 2


@pytest.mark.django_db
def test_what_depends_on_what_was_looked_up_on_the_way_is_never_prepared(client):
    fill(0, 4)
    for path in ("?category=fiction", "?subject=space", "?category_not=fiction", "?ordering=random"):
        assert client.get(f"/api/v1/books/{path}").status == 200
    assert client.get("/api/v1/categories/fiction/books/").status == 200
    assert client.shapes == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite stops no statement")
def test_a_known_shape_whose_query_is_stopped_says_so_and_asks_once(client):
    book = make_book(title="Emma")
    path = f"/api/v1/books/{book.pk}/"
    assert client.get(path).status == client.get(path).status == 200
    asked = []

    def note(execute, sql, *rest):
        asked.append(sql)
        return execute(sql, *rest)

    other = psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor})
    with other, connection.execute_wrapper(note):
        other.execute("LOCK TABLE books_book IN ACCESS EXCLUSIVE MODE")
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 200")
        stopped = client.get(path)
    # Its statement_timeout must not reach the tests that follow.
    connection.close()
    assert (stopped.status, json.loads(stopped.body)["code"]) == (400, "query_too_costly")
    assert len([sql for sql in asked if "books_book" in sql]) == 1
    assert client.get(path).status == 200


def test_an_answer_that_is_not_for_everybody_is_not_prepared():
    known = PreparedRequests()
    shape = Shape(b"/", ())
    for name, value in ((b"Cache-Control", b"private"), (b"cache-control", b"no-store"), (b"set-cookie", b"a=b")):
        known.keep(shape, PreparedNothing(), [(name, value)])
        assert known.answer(shape) is None
    known.keep(shape, PreparedNothing(), [(b"cache-control", b"public")])
    assert known.answer(shape)


class PreparedNothing:
    """Answers with an empty body."""

    own = frozenset[bytes]()

    def answer(self, *values):
        """An empty body, for any values."""
        return PreparedResponse(b"", {})


@pytest.mark.django_db
def test_an_id_has_one_spelling_also_where_such_a_request_was_answered_before(client):
    book = make_book(title="One")
    assert client.same(f"books/{book.pk}/").status == 200
    for pk in ("0", f"0{book.pk}", str(MAX_ID), str(MAX_ID + 1), "-1", "1.0"):
        for path in (f"/api/v1/books/{pk}/", f"/api/v1/authors/{pk}/books/"):
            assert [client.get(path, shape=shape).status for shape in (True, False)] == [404, 404]
