"""A small HTTP driver: as many requests as connections allow, or requests at a fixed rate, with the latency of each."""

import asyncio
import time
from collections.abc import Coroutine, Iterator
from itertools import cycle
from typing import NamedTuple

import uvloop

from benchmarks.servers import HOST

CONNECTIONS = 16


class Request(NamedTuple):
    """One request: its bytes, and the kind that its latency is counted under."""

    kind: str
    data: bytes


class Answered(NamedTuple):
    """The kind of an answered request, its status, the seconds from the moment that it was due, and its body."""

    kind: str
    status: int
    seconds: float
    body: bytes


def request(kind: str, method: str, path: str, body: bytes = b"", **headers: str) -> Request:
    """A Request; underscores in the headers' names are hyphens."""
    given = {**HOST, **{name.replace("_", "-"): value for name, value in headers.items()}}
    if body:
        given |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
    head = "".join(f"{name}: {value}\r\n" for name, value in given.items())
    return Request(kind, f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body)


class Connection:
    """A keep-alive connection to the server at `port`, opened again where the server has closed it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def send(self, data: bytes) -> tuple[int, bytes]:
        """Status and body of the answer to the request `data`."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self._streams
        writer.write(data)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        if b"transfer-encoding: chunked" in head:
            body = b""
            while size := int(await reader.readuntil(b"\r\n"), 16):
                body += (await reader.readexactly(size + 2))[:-2]
            await reader.readexactly(2)
        else:
            place = head.find(b"content-length: ")
            length = int(head[place + 16 : head.index(b"\r", place)]) if place >= 0 else 0
            body = await reader.readexactly(length) if length else b""
        if b"connection: close" in head:
            writer.close()
            self._streams = None
        return int(head[9:12]), body


async def flat_out(port: int, requests: Iterator[Request], seconds: float) -> list[Answered]:
    """What is answered within `seconds` where each connection sends its next request as soon as it has an answer."""
    until, answered = time.monotonic() + seconds, list[Answered]()

    async def drive() -> None:
        connection = Connection(port)
        while (now := time.monotonic()) < until:
            kind, data = next(requests)
            status, body = await connection.send(data)
            answered.append(Answered(kind, status, time.monotonic() - now, body))

    await asyncio.gather(*(drive() for _ in range(CONNECTIONS)))
    return answered


async def at_rate(port: int, requests: Iterator[Request], rate: float, seconds: float) -> list[Answered]:
    """What is answered of `rate` requests a second, each sent when it is due if a connection is free, else later.

    Latencies count from the moment that a request was due, so that waiting for a slow server is not left out.
    """
    begin, answered = time.monotonic() + 0.1, list[Answered]()
    numbers = iter(range(int(rate * seconds)))

    async def drive() -> None:
        connection = Connection(port)
        for number in numbers:
            due = begin + number / rate
            if (wait := due - time.monotonic()) > 0:
                await asyncio.sleep(wait)
            kind, data = next(requests)
            status, body = await connection.send(data)
            answered.append(Answered(kind, status, time.monotonic() - due, body))

    await asyncio.gather(*(drive() for _ in range(4 * CONNECTIONS)))
    return answered


async def one_by_one(port: int, requests: Iterator[Request]) -> list[Answered]:
    """What is answered until the requests are used up, one after the other on one connection."""
    connection, answered = Connection(port), []
    for kind, data in requests:
        began = time.monotonic()
        status, body = await connection.send(data)
        answered.append(Answered(kind, status, time.monotonic() - began, body))
    return answered


def repeated(requests: list[Request]) -> Iterator[Request]:
    """The requests, over and over."""
    return cycle(requests)


def percentile(answered: list[Answered], kind: str, share: float) -> float:
    """The seconds within which `share` of the answers of a kind came."""
    found = sorted(each.seconds for each in answered if each.kind == kind)
    return found[min(len(found) - 1, int(share * len(found)))]


def run(driving: Coroutine[None, None, list[Answered]]) -> list[Answered]:
    """The result of one of the coroutines above, run on an event loop of uvloop."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(driving)
