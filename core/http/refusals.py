"""Requests that are answered without being handled: in what scope they come, and how they are said to be refused."""

from typing import Any

REFUSAL = "octavo.refusal"
"""The type of a scope whose request could not be read; its `status` says why."""


class Refused(Exception):
    """A request answered without being handled: 400, 408, 413, 414, 431, 501 or 503, all handled in the URLconf."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def refusal_scope(status: int, method: str, **connection: Any) -> dict[str, Any]:
    """The scope of a request of which nothing more is known than that it is answered with `status`."""
    return {
        "type": REFUSAL,
        "status": status,
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "path": "/",
        "raw_path": b"/",
        "query_string": b"",
        "root_path": "",
        **connection,
    }
