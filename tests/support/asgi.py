"""ASGI apps called directly: requests as uvicorn makes them, answers whole, time under the test's control."""

import asyncio
from typing import Any, NamedTuple
from urllib.parse import unquote

HOST = b"testserver"


class Reply(NamedTuple):
    """A response."""

    status: int
    headers: dict[str, str]
    body: bytes


def scope(path: str, method: str = "GET", **headers: str) -> dict[str, Any]:
    """The scope of a request; underscores in the headers' names are hyphens."""
    target, _, query = path.partition("?")
    given = {"host": HOST.decode(), **{name.replace("_", "-"): value for name, value in headers.items()}}
    return {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
        "path": unquote(target), "raw_path": target.encode(), "query_string": query.encode(), "root_path": "",
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in given.items()],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }  # fmt: skip


async def ask(
    app: Any, path: str, method: str = "GET", *, content: bytes = b"", left: asyncio.Event | None = None, **headers: str
) -> Reply:
    """The reply of `app` to a request with the body `content`; the client leaves when `left` is set, else stays."""
    sent: list[dict[str, Any]] = []
    requests = [{"type": "http.request", "body": content, "more_body": False}]

    async def receive() -> dict[str, Any]:
        if requests:
            return requests.pop()
        await (left or asyncio.Event()).wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(scope(path, method, **headers), receive, send)
    return reply(sent)


def reply(sent: list[dict[str, Any]]) -> Reply:
    """The messages of a response as one reply; header names are in lower case."""
    start, *parts = sent
    assert start["type"] == "http.response.start"
    assert [part.get("more_body", False) for part in parts][-1:] == [False]
    found: dict[str, str] = {}
    for name, value in start["headers"]:
        key = name.decode().lower()
        assert key not in found, f"{key} is said twice"
        found[key] = value.decode("latin-1")
    return Reply(start["status"], found, b"".join(part.get("body", b"") for part in parts))


class Source:
    """A generation source under the test's control: `number` is the generation, `away` makes it unknown."""

    def __init__(self, memory: Any = None) -> None:
        self.number = 0
        self.away = False

    async def ask(self) -> str | None:
        """The number of commits so far."""
        await asyncio.sleep(0)
        return None if self.away else str(self.number)

    async def close(self) -> None:
        """Do nothing."""


class Library:
    """An app whose answer is the number of commits at the moment its rows are read; it can be held before and after."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.calls: list[dict[str, Any]] = []
        self.before = asyncio.Event()
        self.after = asyncio.Event()
        self.before.set()
        self.after.set()
        self.status = 200
        self.headers: dict[str, str] = {"content-type": "application/json", "cache-control": "public, no-cache"}
        self.text = "{}"

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Respond with the number."""
        self.calls.append(scope)
        await self.before.wait()
        body = self.text.format(self.source.number).encode()
        await self.after.wait()
        headers = {**self.headers, "X-Request-ID": f"call {len(self.calls)}", "Content-Length": str(len(body))}
        pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": self.status, "headers": pairs})
        await send({"type": "http.response.body", "body": body[:3], "more_body": True})
        await send({"type": "http.response.body", "body": body[3:]})
