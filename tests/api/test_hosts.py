"""Octavo accepts only allowed and well-formed Host headers, for cached and uncached responses."""

import http.client
import json
import socket
from urllib.parse import urlsplit

import pytest

PATHS = ("/api/v1/books/", "/", "/api/v1/openapi.json", "/nowhere")
HTTP_1_1 = "GET {} HTTP/1.1\r\nConnection: close\r\n"
REFUSED = {
    "none": "",
    "empty": "Host:\r\n",
    "unknown": "Host: evil.example\r\n",
    "no such port": "Host: localhost:99999999\r\n",
    "just past the ports": "Host: localhost:65536\r\n",
    "a port of 5,000 digits": f"Host: localhost:{'9' * 5000}\r\n",
    "two": "Host: localhost\r\nHost: localhost\r\n",
    "forwarded only": "X-Forwarded-Host: localhost\r\n",
}


def answer(server, request):
    """The status, media type and body of the response to a request's text."""
    address = urlsplit(server.url)
    with socket.create_connection((address.hostname, address.port), timeout=30) as connection:
        connection.sendall(f"{request}\r\n".encode())
        response = http.client.HTTPResponse(connection)
        response.begin()
        return response.status, response.headers["Content-Type"], response.read()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("host", REFUSED)
def test_a_host_that_is_missing_or_wrong_is_a_problem_though_the_answer_is_kept(live, host, path):
    for _ in range(3):  # More often than there are processes.
        known = answer(live, HTTP_1_1.format(path) + "Host: localhost:65535\r\n")
        assert known[0] == (404 if path == "/nowhere" else 200)
    for _ in range(3):
        status, kind, body = answer(live, HTTP_1_1.format(path) + REFUSED[host])
        assert (status, kind, json.loads(body)["code"]) == (400, "application/problem+json", "bad_request")


def test_who_speaks_http_1_0_need_not_say_a_host(live):
    assert answer(live, "GET /api/v1/books/ HTTP/1.0\r\n")[0] == 200


@pytest.mark.parametrize("host", REFUSED)
def test_signs_of_life_are_given_whatever_the_host(live, host):
    assert answer(live, HTTP_1_1.format("/health/live") + REFUSED[host])[0] == 200


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/docs/", "/api/v1/openapi.json", "/problems/not-found/"])
def test_a_host_that_nobody_allowed_is_refused_where_no_view_looks_at_it(api, path):
    assert api.get(path).status_code == 200
    assert api.get(path, headers={"host": "evil.example"}).json()["code"] == "bad_request"


def test_signs_of_life_need_no_host_that_anybody_allowed(api):
    assert api.get("/health/live/", headers={"host": "10.0.0.1"}).status_code == 200


def test_what_a_client_says_of_the_way_it_came_is_not_believed(live):
    said = {"x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.7", "x-forwarded-host": "evil.example"}
    assert live.get("/", headers=said).json()["books"] == f"{live.url}/api/v1/books/"
