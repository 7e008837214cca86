"""Whole answers: the bytes that uvicorn itself would have sent, and its cycle left as it would have been."""

import asyncio
import logging
from typing import Any

import pytest
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from core.http.raw_response import RAW_RESPONSE, header_lines
from core.server.raw_response_cycle import RawResponseCycle

HEADERS = [(b"etag", b'"x"'), (b"content-length", b"4"), (b"link", b'<http://a/?b=c>; rel="next"')]


class Transport(asyncio.Transport):
    """What was written, and whether it was closed."""

    def __init__(self):
        super().__init__()
        self.written, self.closed = b"", False

    def write(self, data):
        self.written += data

    def close(self):
        self.closed = True


def answered(messages, *, method="GET", keep_alive=True, whole=False):
    """What the transport got, how often the end of the answer was told, and the cycle."""

    async def run():
        transport, ended = Transport(), []
        scope: Any = {"type": "http", "method": method}
        log = logging.getLogger("test")
        cycle = RequestResponseCycle(
            scope=scope, transport=transport, flow=FlowControl(transport), logger=log,
            access_logger=log, access_log=False, default_headers=[(b"date", b"today")], message_event=asyncio.Event(),
            expect_100_continue=False, keep_alive=keep_alive, on_response=lambda: ended.append(1),
        )  # fmt: skip
        if whole:
            RawResponseCycle.install(cycle)
            assert RAW_RESPONSE in cycle.scope["extensions"]
        for message in messages:
            await cycle.send(message)
        return transport.written, transport.closed, ended, cycle.response_complete, cycle.message_event.is_set()

    return asyncio.run(run())


@pytest.mark.parametrize("keep_alive", [True, False])
@pytest.mark.parametrize(("status", "method", "body"), [(200, "GET", b"body"), (200, "HEAD", b""), (304, "GET", b"")])
def test_a_whole_answer_is_sent_as_two_messages_would_be(keep_alive, status, method, body):
    headers = HEADERS if status == 200 else HEADERS[:1]
    usual = [
        {"type": "http.response.start", "status": status, "headers": headers},
        {"type": "http.response.body", "body": body},
    ]
    one = [{"type": RAW_RESPONSE, "status": status, "head": header_lines(headers), "body": body}]
    expected = answered(usual, method=method, keep_alive=keep_alive)
    assert answered(one, method=method, keep_alive=keep_alive, whole=True) == expected
    assert answered(usual, method=method, keep_alive=keep_alive, whole=True) == expected


def test_an_answer_that_has_begun_cannot_be_sent_whole():
    start = {"type": "http.response.start", "status": 200, "headers": HEADERS}
    with pytest.raises(RuntimeError):
        answered([start, {"type": RAW_RESPONSE, "status": 200, "head": b"", "body": b""}], whole=True)


@pytest.mark.parametrize("value", [b"a\r\nb: c", b"a\n", b"\r"])
def test_a_header_is_one_line(value):
    with pytest.raises(ValueError, match="end of a line"):
        header_lines([(b"a", value)])
