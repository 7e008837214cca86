"""Nothing a client sends is a server error, and nothing is ignored in silence."""

import http.client
import io
import json
import socket
from urllib.parse import quote, urlsplit

import pytest

from api.filters.books import BookFilter
from api.filters.entities import AuthorFilter, CategoryFilter, SeriesFilter, SubjectFilter
from api.parameters.pages import PAGE_PARAMETERS
from api.problems import PROBLEMS
from tests.conftest import serving

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
LISTS = {
    "books": BookFilter,
    "authors": AuthorFilter,
    "categories": CategoryFilter,
    "series": SeriesFilter,
    "subjects": SubjectFilter,
}
# Where any letters and digits are words to look for, a long number is a query like another.
TEXT = {"search", "title", "author_name", "publisher", "topic", "series", "name"}
# A slug may be of any script, and what an emoji is to Unicode no pattern says that every engine reads alike.
SLUGS = {"category", "category_all", "category_not", "subject", "subject_all"}
FINE = {
    *((name, "emoji") for name in SLUGS),
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
    for name in (*LISTS[resource].base_filters, *PAGE_PARAMETERS, "format"):
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
    assert api.delete("/api/v1/books/")["Allow"] == "GET, POST, HEAD, OPTIONS"
    assert_problem(api.get("/api/v1/books/", headers={"accept": "application/xml"}), 406)
    assert_problem(api.get("/api/v1/books/", headers={"host": "evil.example"}), 400)
    assert_problem(api.get("/nowhere"), 404)


HOST = b" HTTP/1.1\r\nHost: localhost\r\n\r\n"
POST = b"POST /api/v1/books/ HTTP/1.1\r\nHost: localhost\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
# What is sent and which problem comes back; the connection is closed where the bytes that follow cannot be read.
READ = {
    "a query that is no UTF-8": (b"GET /api/v1/books/?search=\xff\xfe" + HOST, "invalid_parameter"),
    "a surrogate": (b"GET /api/v1/books/?\xed\xa0\x80=1" + HOST, "invalid_parameter"),
    "a path that is no UTF-8": (b"GET /api/v1/subjects/\xff/" + HOST, "not_found"),
    "an encoded NUL": (b"GET /%00" + HOST, "not_found"),
    "a way out": (b"GET /static/../../settings/env.py" + HOST, "not_found"),
    "an encoded way out": (b"GET /static/%2e%2e/%2e%2e/settings/env.py" + HOST, "not_found"),
    "no path": (b"OPTIONS *" + HOST, "not_found"),
    "an Accept that is none": (b"GET /api/v1/books/ HTTP/1.1\r\nHost: localhost\r\nAccept: \xff;q=\xfe\r\n\r\n", ""),
    "half a form": (POST + b"Content-Type: multipart/form-data\r\nContent-Length: 3\r\n\r\nabc", "unauthorized"),
    "no such charset": (POST + b"Content-Type: text/plain; charset=bomb\r\nContent-Length: 3\r\n\r\nabc", ""),
}
REFUSED = {
    "a long path": (b"GET /" + b"a" * 8192 + HOST, "uri_too_long"),
    "a long query": (b"GET /api/v1/books/?" + b"a=1&" * 5000 + HOST, "uri_too_long"),
    "a query that encoding makes long": (b"GET /api/v1/books/?search=" + b"\xc3\xab" * 2000 + HOST, "uri_too_long"),
    "a line without end": (b"GET /" + b"a" * 1_000_000, "uri_too_long"),
    "a long line after blank ones": (b"\r\n\r\nGET /" + b"a" * 8192 + HOST, "uri_too_long"),
    "101 headers": (b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 100 + b"\r\n", "headers_too_large"),
    "long headers": (POST + b"X: %b\r\n" % (b"y" * 8_000) * 5 + b"\r\n", "headers_too_large"),
    "a header without end": (POST + b"X: " + b"y" * 1_000_000, "headers_too_large"),
    "a name without end": (POST + b"y" * 1_000_000, "headers_too_large"),
    "trailers without end": (CHUNKED + b"1\r\na\r\n0\r\nX: " + b"y" * 1_000_000, "headers_too_large"),
    "a chunk's size without end": (CHUNKED + b"1;" + b"y" * 1_000_000, "headers_too_large"),
    "no such method": (b"FETCH /" + HOST, "not_implemented"),
    "a method in lower case": (b"get /" + HOST, "not_implemented"),
    "another protocol's method": (b"DESCRIBE /" + HOST, "not_implemented"),
    "a tunnel": (b"CONNECT localhost:80" + HOST, "not_implemented"),
    "a blank in a URL": (b"GET /api/v1/books/?search=two words" + HOST, "bad_request"),
    "a NUL in a URL": (b"GET /a\x00b" + HOST, "bad_request"),
    "a tab in a URL": (b"GET /a\tb" + HOST, "bad_request"),
    "a NUL in a header": (b"GET / HTTP/1.1\r\nHost: local\x00host\r\n\r\n", "bad_request"),
    "a blank in a header's name": (b"GET / HTTP/1.1\r\nHo st: localhost\r\n\r\n", "bad_request"),
    "a folded header": (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: y\r\n z\r\n\r\n", "bad_request"),
    "a port that is none": (b"GET http://localhost:99999999/" + HOST, "bad_request"),
    "no slash": (b"GET api/v1/books/" + HOST, "bad_request"),
    "HTTP/2.0": (b"GET / HTTP/2.0\r\nHost: localhost\r\n\r\n", "bad_request"),
    "HTTP/2's preface": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "bad_request"),
    "HTTP/0.9": (b"GET /\r\n\r\n", "bad_request"),
    "HTTP/1.2": (b"GET / HTTP/1.2\r\nHost: localhost\r\n\r\n", "bad_request"),
    "no HTTP": (b"GET / HTTQ/1.1\r\nHost: localhost\r\n\r\n", "bad_request"),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "bad_request"),
    "a length that is none": (POST + b"Content-Length: abc\r\n\r\n", "bad_request"),
    "a length below 0": (POST + b"Content-Length: -1\r\n\r\n", "bad_request"),
    "a length of 23 digits": (POST + b"Content-Length: 99999999999999999999999\r\n\r\n", "bad_request"),
    "two lengths": (POST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", "bad_request"),
    "a length and chunks": (
        POST + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", "bad_request",
    ),
    "no such transfer encoding": (POST + b"Transfer-Encoding: gzip\r\n\r\nab", "bad_request"),
    "a chunk's size that is none": (CHUNKED + b"zz\r\n", "bad_request"),
    "a second chunk's size that is none": (CHUNKED + b"1\r\na\r\nzz\r\n", "bad_request"),
    "an upgrade with a body": (
        POST + b"Connection: upgrade\r\nUpgrade: h2c\r\nContent-Length: 3\r\n\r\nabc", "bad_request",
    ),
}  # fmt: skip
STATUS = {problem.code: problem.status for problem in PROBLEMS.values()}


def answers(server, sent, count=1, *, pieces=False):
    """The first answers to what is `sent`, in one piece or in many, and whether the connection is closed then."""
    address = urlsplit(server.url)
    with socket.create_connection((address.hostname, address.port), timeout=30) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        size = max(1, len(sent) // 40) if pieces else len(sent)
        for start in range(0, len(sent), size):
            connection.sendall(sent[start : start + size])
        found = []
        with connection.makefile("rb") as stream:
            for _ in range(count):
                lines = list(iter(stream.readline, b"\r\n"))
                headers = http.client.parse_headers(io.BytesIO(b"".join(lines[1:]) + b"\r\n"))
                found.append((int(lines[0].split()[1]), headers, stream.read(int(headers["Content-Length"]))))
            return found, headers["Connection"] == "close" and stream.read(1) == b""


@pytest.mark.parametrize("pieces", [False, True], ids=["whole", "in pieces"])
@pytest.mark.parametrize("garbage", [*READ, *REFUSED])
def test_raw_garbage_on_the_wire_is_answered_with_a_problem(live, garbage, pieces):
    sent, code = {**READ, **REFUSED}[garbage]
    ((status, headers, body),), closed = answers(live, sent, pieces=pieces)
    document = json.loads(body)
    assert headers["Content-Type"] == "application/problem+json"
    assert headers["X-Request-ID"] == document["request_id"]
    assert document["code"] == (code or document["code"])
    assert status == document["status"] == STATUS[document["code"]]
    assert {"type", "title", "status", "detail", "code", "request_id"} <= set(document)
    assert 400 <= status < 500 or status == 501
    assert closed == (garbage in REFUSED)


@pytest.mark.parametrize("garbage", REFUSED)
def test_what_was_asked_before_garbage_is_answered_before_it(live, garbage):
    sent, code = REFUSED[garbage]
    asked = b"GET /api/v1/openapi.json" + HOST
    found, closed = answers(live, asked + asked + sent, 3)
    assert [status for status, _, _ in found] == [200, 200, STATUS[code]]
    assert closed


def test_a_refusal_of_head_has_no_body_and_names_nothing_of_its_sender_but_the_origin(live):
    address = urlsplit(live.url)
    with socket.create_connection((address.hostname, address.port), timeout=30) as connection:
        connection.sendall(b"HEAD / HTTP/2.0\r\nHost: localhost\r\nOrigin: https://a.example\r\n\r\n")
        with connection.makefile("rb") as stream:
            head, _, rest = stream.read().partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"access-control-allow-origin: *" in head.lower()
    assert rest == b""


@pytest.mark.parametrize("pieces", [False, True], ids=["whole", "in pieces"])
@pytest.mark.parametrize("target", ["/api/v1/books/?search=Brontë", "/api/v1/authors/?search=李白&page_size=3", "/é/"])
def test_a_url_in_raw_utf_8_is_the_same_as_one_that_is_percent_encoded(live, target, pieces):
    encoded = quote(target, safe="/?=&").encode()
    found, closed = answers(live, b"GET " + target.encode() + HOST + b"GET " + encoded + HOST, 2, pieces=pieces)
    (status, headers, body), (again, others, same) = found
    assert status == again == (404 if target == "/é/" else 200)
    assert headers["ETag"] == others["ETag"]
    assert status == 404 or body == same
    assert not closed


def test_an_upgrade_is_answered_as_if_it_had_not_been_asked_for_and_nothing_is_logged(tmp_path):
    upgrade = (
        b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
    )
    with serving(tmp_path, "upgrade") as server:
        found, closed = answers(server, upgrade + upgrade, 2)
    assert [status for status, _, _ in found] == [200, 200]
    assert not closed
    assert "pgrade" not in (tmp_path / "server.log").read_text()


@pytest.mark.django_db
def test_pages_answer_other_methods_with_a_problem(api):
    for path in ("/", "/docs/", "/api/v1/openapi.json", "/health/live", "/problems/not-found"):
        response = api.delete(path)
        assert_problem(response, 405)
        assert response["Allow"] == "GET, HEAD, OPTIONS"
        assert api.options(path).status_code == 204


NEGOTIATED = ("/", "/api/v1/", "/problems/", "/problems/not-found/")
PAGES = (*NEGOTIATED, "/docs/", "/redoc/", "/api/v1/openapi.json", "/api/v1/openapi.yaml")


@pytest.mark.parametrize("path", PAGES)
def test_pages_refuse_every_parameter_in_the_words_of_the_api(api, path):
    assert api.get(path).status_code == 200
    for query, names in (("x=1", ["x"]), ("x=2&page=1", ["x", "page"]), ("%FF", ["\ufffd"])):
        body = assert_problem(api.get(f"{path}?{query}"))
        assert [(error["param"], error["code"]) for error in body["errors"]] == [(name, "unknown") for name in names]
        assert body["detail"] == f"Cannot use: {', '.join(names)}."
    format_ = assert_problem(api.get(f"{path}?format=xml"))["errors"]
    assert [error["code"] for error in format_] == ["invalid_choice" if path in NEGOTIATED else "unknown"]


@pytest.mark.parametrize("path", NEGOTIATED)
@pytest.mark.parametrize(("query", "code"), [("format=json&format=json", "repeated"), ("format=", "blank")])
def test_a_pages_format_is_said_once_and_whole(api, path, query, code):
    assert assert_problem(api.get(f"{path}?{query}"))["errors"][0]["code"] == code


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
