"""The checker of revocation: readers that send a credential all the time, and what ends it under them.

A read that begins after the end was acknowledged must be refused; one that ends before it began must not.
"""

import http.client
import itertools
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx
import psycopg

from settings.values import database

V1 = "/api/v1/"
PASSWORD = "a long enough one"
READERS = 2
"""Threads of each node that read with a credential."""
ENOUGH = 20
"""Reads before a credential ends, and after."""
PATIENCE = 120
"""Seconds that so many reads may take."""


class Read(NamedTuple):
    """One request with the credential: when it began and ended, by time.monotonic(), and its answer's status."""

    began: float
    ended: float
    status: int


class Credential(NamedTuple):
    """What readers send, and a function that ends it and returns once that is acknowledged."""

    secret: str
    end: Callable[[], None]


@dataclass
class Revocations:
    """Makes credentials of an installation and ends them, while readers read `path` at its nodes with them."""

    urls: list[str]
    database_url: str
    admin: str
    """An admin's API key; `email` is the address of an account that the checker disables now and then."""
    email: str
    path: str
    counts: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)
    _node: Any = None

    def __post_init__(self) -> None:
        self._node = itertools.cycle(self.urls)

    def life(self, kind: str) -> None:
        """Make a credential, read with it on all nodes, end it as `kind` says, and check what the readers got."""
        credential = self.make(kind)
        stop = threading.Event()
        reads: list[Read] = []
        threads = [
            threading.Thread(target=self._read, args=(url, credential.secret, stop, reads))
            for url in self.urls
            for _ in range(READERS)
        ]
        for thread in threads:
            thread.start()
        _wait(lambda: len(reads) >= ENOUGH)
        began = time.monotonic()
        credential.end()
        ended = time.monotonic()
        _wait(lambda: sum(read.began > ended for read in reads) >= ENOUGH)
        stop.set()
        for thread in threads:
            thread.join(30)
        self._check(kind, reads, began, ended)

    def _check(self, kind: str, reads: list[Read], began: float, ended: float) -> None:
        refused = 403 if kind == "narrow" else 401
        before = [read for read in reads if read.ended < began]
        after = [read for read in reads if read.began > ended]
        self.counts.update({f"{kind} before": len(before), f"{kind} after": len(after)})
        wrong = [read.status for read in before if read.status != 200]
        late = [read.status for read in after if read.status != refused]
        if wrong or late:
            self.violations.append(f"{kind}: {wrong[:5]} before the end, {late[:5]} after it")

    def _read(self, url: str, secret: str, stop: threading.Event, reads: list[Read]) -> None:
        headers = {"Authorization": f"Bearer {secret}"}
        while not stop.is_set():
            began = time.monotonic()
            # A new connection each time, so that every worker is asked.
            with closing(http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)) as connection:
                connection.request("GET", self.path, headers=headers)
                status = connection.getresponse().status
            reads.append(Read(began, time.monotonic(), status))

    def make(self, kind: str) -> Credential:
        """A credential that ends as `kind` says: revoke, narrow, sql, disable, logout or password."""
        if kind in ("logout", "password"):
            tokens = self._call("POST", "auth/token/", {"email": self.email, "password": PASSWORD})
            access, refresh = tokens["access"], tokens["refresh"]
            if kind == "logout":
                return Credential(access, lambda: self._call("POST", "auth/logout/", {"refresh": refresh}))
            body = {"current_password": PASSWORD, "new_password": PASSWORD}
            return Credential(access, lambda: self._call("POST", "auth/password/", body, access))
        signed_in = self._call("POST", "auth/token/", {"email": self.email, "password": PASSWORD})["access"]
        made = self._call("POST", "auth/keys/", {"name": kind, "scopes": ["read"]}, signed_in)
        ends: dict[str, Callable[[], None]] = {
            "revoke": lambda: self._call("DELETE", f"auth/keys/{made['id']}/", None, signed_in),
            "narrow": lambda: self._execute(f"UPDATE accounts_apikey SET scopes = '[]' WHERE id = {made['id']}"),
            "sql": lambda: self._execute(f"DELETE FROM accounts_apikey WHERE id = {made['id']}"),
            "disable": lambda: self._set_active(False),
        }
        return Credential(made["key"], ends[kind])

    def restore(self) -> None:
        """Enable the account again."""
        self._set_active(True)

    def _set_active(self, active: bool) -> None:
        [user] = [
            user for user in self._call("GET", "users/", None, self.admin)["results"] if user["email"] == self.email
        ]
        self._call("PATCH", f"users/{user['id']}/", {"active": active}, self.admin)

    def _call(self, method: str, path: str, body: Any, secret: str = "") -> Any:
        headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        response = httpx.request(method, next(self._node) + V1 + path, json=body, headers=headers, timeout=30)
        assert response.is_success, (method, path, response.text)
        return response.json() if response.content else None

    def _execute(self, statement: str) -> None:
        if self.database_url.startswith("postgres"):
            with psycopg.connect(self.database_url, autocommit=True) as connection:
                connection.execute(statement)
            return
        with closing(sqlite3.connect(database(self.database_url)["NAME"], timeout=30)) as file, file:
            file.execute(statement)


def _wait(enough: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not enough():
        assert time.monotonic() < deadline, "too few reads"
        time.sleep(0.01)
