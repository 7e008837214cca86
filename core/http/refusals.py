"""Refused requests: the exception that refuses one, and the ASGI scope that stands for one that cannot be parsed."""

from typing import Any

REFUSAL = "octavo.refusal"
"""The type of the scope of a request that could not be parsed; its `status` is that of the response."""


class Refused(Exception):
    """Raised to answer a request with an error status before any view runs: 400, 408, 413, 414, 431, 501 or 503."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def refusal_scope(status: int, method: str, **connection: Any) -> dict[str, Any]:
    """The ASGI scope, of the type REFUSAL, by which the application answers a refused request with `status`.

    `method` is GET or HEAD, the path always `/`. `connection` gives the keys scheme, server, client and headers.
    """
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
