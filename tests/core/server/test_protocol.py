"""What one connection may send and how long it may take: nothing is waited for without end, nothing is mistaken."""

import asyncio
import json
import socket
import time
from typing import Any
from urllib.parse import quote_from_bytes, urlsplit

import httptools
import pytest
from hypothesis import given
from hypothesis import strategies as st
from uvicorn.config import Config
from uvicorn.server import ServerState

from core.http.refusals import REFUSAL
from core.server.protocol import Protocol, _status
from core.server.worker import Worker
from tests.conftest import serving
from tests.core.server.hastysettings import HEAD_TIMEOUT

ASKED = b"GET /api/v1/openapi.yaml HTTP/1.1\r\nHost: localhost\r\n\r\n"
PATIENCE = 600
"""Bytes that a slow client sends, a tenth of a second each, before it takes it that it is waited for without end."""


@pytest.fixture(scope="module")
def hasty(tmp_path_factory):
    settings = "tests.core.server.hastysettings"
    with serving(tmp_path_factory.mktemp("hasty"), "hasty", DJANGO_SETTINGS_MODULE=settings) as server:
        yield server


@pytest.fixture
def connection(hasty):
    parts = urlsplit(hasty.url)
    with socket.create_connection((parts.hostname, parts.port), timeout=60) as made:
        yield made


def all_of(connection):
    """What comes until the server closes the connection."""
    return b"".join(iter(lambda: connection.recv(65536), b""))


def answered(connection):
    """Ask for a document and read it whole."""
    connection.sendall(ASKED)
    with connection.makefile("rb") as stream:
        lines = list(iter(stream.readline, b"\r\n"))
        assert lines[0] == b"HTTP/1.1 200 OK\r\n"
        stream.read(next(int(line.split()[1]) for line in lines if line.lower().startswith(b"content-length")))


def trickled(connection, data):
    """What comes back when `data` is sent a byte at a time until the server closes the connection."""
    found = b""
    connection.settimeout(0.1)
    for byte in range(PATIENCE):
        try:
            connection.sendall(data[byte % len(data) :][:1])
            if (part := connection.recv(65536)) == b"":
                return found
            found += part
        except TimeoutError:
            continue
        except OSError:
            return found
    raise AssertionError("it is waited for without end")


def assert_late(answer):
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 408 ")
    assert b"connection: close" in head.lower()
    assert json.loads(body)["code"] == "request_timeout"


@pytest.mark.parametrize("sent", [b"GE", b"GET /", b"GET / HTTP/1.1\r\n", ASKED[:-2], b"\r\n" + ASKED[:-2]])
def test_half_a_head_is_waited_for_only_so_long(connection, sent):
    connection.sendall(sent)
    assert_late(all_of(connection))


def test_half_a_second_head_is_too(connection):
    answered(connection)
    connection.sendall(ASKED[:30])
    assert_late(all_of(connection))


@pytest.mark.parametrize("sent", [b"", b"\r\n"], ids=["nothing", "a blank line"])
def test_who_asks_for_nothing_is_told_nothing(connection, sent):
    connection.sendall(sent)
    assert all_of(connection) == b""


def test_a_head_that_comes_a_byte_at_a_time_is_not_waited_for(connection):
    connection.sendall(b"GET / HTTP/1.1\r\n")
    assert_late(trickled(connection, b"x: y\r\n"))


def test_blank_lines_do_not_keep_a_connection_open(connection):
    assert trickled(connection, b"\r\n") == b""


def test_a_body_of_which_nothing_more_is_wanted_does_not_keep_a_connection_open(connection):
    # Refused for its length before the first byte.
    connection.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\n\r\n")
    assert trickled(connection, b"x").startswith(b"HTTP/1.1 413 ")


def test_a_connection_that_was_answered_is_kept_for_longer(connection):
    for _ in range(3):
        answered(connection)
        time.sleep(1.5 * HEAD_TIMEOUT)


class Transport(asyncio.Transport):
    """Takes everything and stays open."""

    def write(self, data):
        pass

    def write_eof(self):
        pass

    def close(self):
        pass

    def is_closing(self):
        return False

    def pause_reading(self):
        pass

    def resume_reading(self):
        pass


def read(pieces):
    """What the application is asked when `pieces` come: targets, header values and bodies; or a refusal's status."""
    asked = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == REFUSAL:
            asked.append(scope["status"])
        else:
            body = (await receive())["body"] if scope["method"] == "POST" else b""
            target = scope["raw_path"] + b"?" + scope["query_string"]
            asked.append((target, dict(scope["headers"]).get(b"x"), body))
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    async def run() -> None:
        config = Config(app=app, log_config=None, **{**Worker.CONFIG_KWARGS, "loop": "asyncio"})
        protocol = Protocol(config=config, server_state=ServerState(), app_state={})
        protocol.connection_made(Transport())
        for piece in pieces:
            protocol.data_received(piece)
            while protocol.is_answering and not protocol.cycle.more_body:
                await asyncio.sleep(0)
        while protocol.is_answering:
            await asyncio.sleep(0)
        protocol.connection_lost(None)

    asyncio.run(run())
    return asked


TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp"), exclude_characters="#?%")
)
TARGET = st.tuples(TEXT, TEXT).map(lambda pair: f"/{pair[0]}?{pair[1]}".encode())
VALUE = st.binary(max_size=20).map(lambda value: bytes(byte for byte in value if byte > 0x20 and byte != 0x7F))


@given(st.lists(st.tuples(TARGET, VALUE), min_size=1, max_size=4), st.binary(max_size=50), st.data())
def test_however_requests_are_cut_into_packets_each_byte_means_the_same(requests, body, data):
    sent = b"".join(b"GET %b HTTP/1.1\r\nX: %b\r\n\r\n" % request for request in requests)
    sent += b"POST /%%C3 HTTP/1.1\r\nX: \xff\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(sent)), max_size=8)))
    pieces = [sent[start:end] for start, end in zip([0, *cuts], [*cuts, len(sent)], strict=True) if start < end]
    ascii_ = bytes(range(128))
    expected = [(quote_from_bytes(target, ascii_).encode(), value, b"") for target, value in requests]
    received = read(pieces)
    assert received[:-1] == expected
    assert received[-1][:2] == (b"/%C3?", b"\xff")
    assert body.startswith(received[-1][2])


def test_what_follows_a_body_is_another_request():
    post = b"POST / HTTP/1.1\r\nX: \xff\r\nContent-Length: 4\r\n\r\n\xff\r\n\xff"
    assert read([post + b"GET /a HTTP/1.1\r\nHost: y\r\nX: ", b"\xff\r\n\r\n"]) == [
        (b"/?", b"\xff", b"\xff\r\n\xff"),
        (b"/a?", b"\xff", b""),
    ]
    assert read([post, "GET /é HTTP/1.1\r\nX: y\r\n\r\n".encode()])[1:] == [(b"/%C3%A9?", b"y", b"")]


@pytest.mark.parametrize(("more", "outcome"), [(0, b""), (1, 414)])
def test_a_line_may_be_as_long_as_is_said(more, outcome):
    target = b"/" + b"a" * (Protocol.LINE_BYTES - len(b"GET / HTTP/1.1\r\n") + more)
    (found,) = read([b"GET %b HTTP/1.1\r\nX: y\r\n\r\n" % target])
    assert found == (outcome or (target + b"?", b"y", b""))


@pytest.mark.parametrize(("more", "outcome"), [(0, b""), (1, 431)])
def test_headers_may_be_as_long_as_is_said(more, outcome):
    value = b"y" * (Protocol.HEADER_BYTES - len(b"X: \r\n\r\n") + more)
    (found,) = read([b"GET / HTTP/1.1\r\nX: %b\r\n\r\n" % value])
    assert found == (outcome or (b"/?", value, b""))
    (found,) = read([b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * (Protocol.HEADERS + more) + b"\r\n"])
    assert found == (outcome or (b"/?", b"y", b""))


def refused_at(*pieces):
    """The error with which the parser stops, and the piece at which it does."""
    parser = httptools.HttpRequestParser(object())
    for piece in pieces:
        try:
            parser.feed_data(piece)
        except httptools.HttpParserError as error:
            return error, piece
    raise AssertionError(pieces)


@pytest.mark.parametrize("line", [b"DESCRIBE / HTTP/1.1\r\n", b"FETCH / HTTP/1.1\r\n", b"PATCHES / HTTP/1.1\r\n"])
def test_an_unknown_method_is_one_wherever_its_line_is_cut(line):
    for cut in range(1, len(line)):
        error, piece = refused_at(line[:cut], line[cut:])
        assert _status(error, piece, None) == 501, cut
