"""Nothing a client sends is a server error, and nothing is ignored in silence."""

import socket
from urllib.parse import quote, urlsplit

import pytest

from api.filters import AuthorFilter, BookFilter, CategoryFilter, SubjectFilter
from api.pagination import KeysetPagination

GARBAGE = {
    "NUL": "%00",
    "NUL inside": "a%00b",
    "emoji": quote("😀"),
    "5,000 digits": "9" * 5000,
    "a lone surrogate": "%ED%A0%80",
    "broken UTF-8": "%FF%FE",
    "nothing": "",
    "blanks": "%20%09",
    "a wrong cursor": "eyJhIjoxfQ.AAAA",
    "a percent sign": "%25%zz",
    "an escape": "%1B%5B31m%00",
}
LISTS = {"books": BookFilter, "authors": AuthorFilter, "categories": CategoryFilter, "subjects": SubjectFilter}
# Where any letters and digits are words to look for, a long number is a query like another.
TEXT = {"search", "title", "author_name", "publisher", "topic", "series", "name"}
FINE = {
    *((name, "a percent sign") for name in TEXT),
    *((name, "a wrong cursor") for name in TEXT),
}


def assert_problem(response, status=400):
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == status
    assert body["type"] == f"/problems/{body['code'].replace('_', '-')}"
    assert body["request_id"] == response["X-Request-ID"]
    return body


@pytest.mark.django_db
@pytest.mark.parametrize("resource", LISTS)
@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_in_any_parameter_is_a_problem_that_names_it(api, resource, garbage):
    for name in (*LISTS[resource].base_filters, *KeysetPagination.parameters, "format"):
        if (name, garbage) in FINE:
            continue
        body = assert_problem(api.get(f"/api/v1/{resource}/?{name}={GARBAGE[garbage]}"))
        assert body["code"] == "invalid_cursor" or name in {error["param"] for error in body["errors"]}, (name, body)


@pytest.mark.django_db
@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_as_a_parameters_name_is_a_problem(api, garbage):
    assert_problem(api.get(f"/api/v1/books/?{GARBAGE[garbage]}x=1"))
    assert_problem(api.get(f"/api/v1/categories/tree/?{GARBAGE[garbage]}x=1"))


@pytest.mark.django_db
@pytest.mark.parametrize("garbage", [name for name, text in GARBAGE.items() if text])
@pytest.mark.parametrize(
    "path", ["books/{}/", "authors/{}/books/", "categories/{}/", "subjects/{}/books/", "isbn/{}/", "{}/"]
)
def test_garbage_in_a_path_is_a_problem(api, path, garbage):
    response = api.get(f"/api/v1/{path.format(GARBAGE[garbage])}")
    assert response.status_code in (400, 404), response.content
    assert_problem(response, response.status_code)


@pytest.mark.django_db
def test_a_parameter_given_twice_is_refused(api):
    body = assert_problem(api.get("/api/v1/books/?language=en&language=fr"))
    assert body["errors"] == [{"param": "language", "code": "repeated", "message": "Was given more than once."}]


@pytest.mark.django_db
def test_every_mistake_is_named_at_once(api):
    body = assert_problem(api.get("/api/v1/books/?langauge=en&published_year=0&rating_min=6&page_size=0"))
    assert {(error["param"], error["code"]) for error in body["errors"]} == {
        ("langauge", "unknown"),
        ("published_year", "out_of_range"),
        ("rating_min", "invalid"),
        ("page_size", "out_of_range"),
    }


@pytest.mark.django_db
def test_wrong_methods_formats_and_hosts_are_problems(api):
    assert assert_problem(api.delete("/api/v1/books/"), 405)["code"] == "method_not_allowed"
    assert api.delete("/api/v1/books/")["Allow"] == "GET, HEAD, OPTIONS"
    assert_problem(api.get("/api/v1/books/", headers={"accept": "text/csv"}), 406)
    assert_problem(api.get("/api/v1/books/", headers={"host": "evil.example"}), 400)
    assert_problem(api.get("/nowhere"), 404)


_POST = b"POST /api/v1/books/ HTTP/1.1\r\nHost: localhost\r\n"
RAW = [
    b"GET /api/v1/books/?search=\xff\xfe HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /api/v1/books/?\xed\xa0\x80=1 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /api/v1/books/" + b"a" * 8000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /api/v1/books/?" + b"a=1&" * 5000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /%00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /static/../../settings/env.py HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /static/%2e%2e/%2e%2e/settings/env.py HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /api/v1/books/ HTTP/1.1\r\nHost: localhost\r\nAccept: \xff;q=\xfe\r\n\r\n",
    b"GET /api/v1/books/ HTTP/1.1\r\nHost: local\x00host\r\n\r\n",
    _POST + b"Content-Type: multipart/form-data\r\nContent-Length: 3\r\n\r\nabc",
    _POST + b"Content-Type: text/plain; charset=bomb\r\nContent-Length: 3\r\n\r\nabc",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
]


@pytest.mark.parametrize("request_bytes", RAW, ids=range(len(RAW)))
def test_raw_garbage_on_the_wire_never_makes_a_server_error(live, request_bytes):
    address = urlsplit(live.url)
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.sendall(request_bytes)
        connection.settimeout(10)
        answer = connection.recv(65536)
    assert answer.startswith(b"HTTP/1.1 4"), answer[:200]


@pytest.mark.django_db
def test_pages_answer_other_methods_with_a_problem(api):
    for path in ("/", "/docs/", "/api/v1/openapi.json", "/health/live", "/problems/not-found"):
        response = api.delete(path)
        assert_problem(response, 405)
        assert response["Allow"] == "GET, HEAD, OPTIONS"
        assert api.options(path).status_code == 204


@pytest.mark.parametrize(
    "path", ["/", "/docs/", "/redoc/", "/api/v1/openapi.json", "/api/v1/openapi.yaml", "/problems/not-found/"]
)
def test_pages_refuse_every_parameter(api, path):
    assert api.get(path).status_code == 200
    for query, names in (
        ("x=1", ["x"]),
        ("x=2&page=1", ["x", "page"]),
        ("format=json", ["format"]),
        ("%FF", ["\ufffd"]),
    ):
        body = assert_problem(api.get(f"{path}?{query}"))
        assert [(error["param"], error["code"]) for error in body["errors"]] == [(name, "unknown") for name in names]


@pytest.mark.django_db
def test_signs_of_life_are_answered_whatever_is_asked_besides(api):
    assert api.get("/health/live/?x=1").status_code == api.get("/metrics/?x=1").status_code == 200


@pytest.mark.django_db
def test_a_kind_of_subject_without_a_subject_is_refused(api):
    assert assert_problem(api.get("/api/v1/books/?subject_kind=shelf"))["errors"][0]["code"] == "unused"


@pytest.mark.django_db
def test_a_read_ignores_the_preconditions_of_writes(api):
    for headers in ({"if-match": '"x"'}, {"if-unmodified-since": "Wed, 21 Oct 2015 07:28:00 GMT"}):
        assert api.get("/api/v1/books/", headers=headers).status_code == 200
