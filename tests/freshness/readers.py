"""Readers: each asks for books over HTTP and checks that what it reads is never older than it may be.

A read that begins after a version was acknowledged shows that version or a later one, and no reader sees
a book's version go back. `python -m tests.freshness.readers COUNTERS FIRST COUNT IDS PORT…`
"""

import random
import re
import socket
import sys
import threading
import time
from pathlib import Path

import orjson

from tests.freshness.shared_counters import SharedCounters

_LENGTH = re.compile(rb"content-length: ([0-9]+)")
_ETAG = re.compile(rb'etag: ("[^"]+")')


class Connection:
    """A keep-alive connection to one node."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._socket: socket.socket | None = None

    def get(self, path: str, etag: bytes = b"") -> tuple[int, bytes, bytes]:
        """Status, ETag and body. Raises OSError."""
        known = b"If-None-Match: " + etag + b"\r\n" if etag else b""
        request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n".encode() + known + b"\r\n"
        try:
            if self._socket is None:
                self._socket = socket.create_connection(("127.0.0.1", self.port), timeout=20)
            self._socket.sendall(request)
            return self._read(self._socket)
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        """Hang up."""
        if self._socket:
            self._socket.close()
        self._socket = None

    def _read(self, connection: socket.socket) -> tuple[int, bytes, bytes]:
        received = b""
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._more(connection)
        head, body = received[:end], received[end + 4 :]
        status, length, tag = int(head[9:12]), _LENGTH.search(head), _ETAG.search(head)
        while length and len(body) < int(length[1]) and status != 304:
            body += self._more(connection)
        if b"connection: close" in head:
            self.close()
        return status, tag[1] if tag else b"", body

    def _more(self, connection: socket.socket) -> bytes:
        received = connection.recv(65536)
        if not received:
            raise ConnectionResetError
        return received


class Reader:
    """One reader, its last answers, and the newest versions it has seen."""

    def __init__(self, counters: SharedCounters, number: int, books: list[int], ports: list[int]) -> None:
        self.counters, self.number, self.books = counters, number, books
        self.nodes = [Connection(port) for port in ports]
        ids = ",".join(map(str, books))
        self.paths = [f"/api/v1/books/?ids={ids}&ordering=id", *(f"/api/v1/books/{book}/" for book in books[-2:])]
        self.seen = dict.fromkeys(books, 0)
        self.last: dict[str, tuple[bytes, bytes, dict[int, int]]] = {}

    def run(self) -> None:
        """Read until stopped."""
        while not self.counters.stopped:
            self.read(random.choice(self.paths), random.choice(self.nodes))

    def read(self, path: str, node: Connection) -> None:
        """One read, checked and counted."""
        tag, body, versions = self.last.get(path, (b"", b"", {}))
        acked = self.counters.acked()
        try:
            status, new_tag, new_body = node.get(path, tag if random.random() < 0.3 else b"")
        except OSError:
            status, new_tag, new_body = 0, b"", b""
        if status not in (200, 304):
            self.counters.count(self.number, failures=1)
            time.sleep(0.05)
            return
        if status == 200 and new_body != body:
            document = orjson.loads(new_body)
            rows = document.get("results", [document])
            versions = {row["id"]: row["ratings_count"] or 0 for row in rows}
            self.last[path] = (new_tag, new_body, versions)
        self.counters.count(self.number, reads=1, violations=self.check(path, node, versions, acked))

    def check(self, path: str, node: Connection, versions: dict[int, int], acked: list[int]) -> int:
        """1 where a version is older than was acknowledged before the read, or than this reader has seen."""
        violated = 0
        for book, known in zip(self.books, acked, strict=True):
            if book not in versions:
                continue
            if versions[book] < max(known, self.seen[book]):
                violated = 1
                print(f"{path} of {node.port}: {versions[book]}, acknowledged {known}, seen {self.seen[book]}")
            self.seen[book] = max(self.seen[book], versions[book])
        return violated


if __name__ == "__main__":
    counters, first, count = SharedCounters(Path(sys.argv[1])), int(sys.argv[2]), int(sys.argv[3])
    books, ports = [int(book) for book in sys.argv[4].split(",")], [int(port) for port in sys.argv[5:]]
    readers = [Reader(counters, first + number, books, ports) for number in range(count)]
    threads = [threading.Thread(target=reader.run) for reader in readers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
