"""Whom the generation is asked of, and how long an answer holds where that is permitted."""

import asyncio
from types import SimpleNamespace

from psycopg.conninfo import conninfo_to_dict

from core.freshness import base
from core.freshness.base import ThrottledSource
from core.freshness.postgresql import conninfo


class Source:
    """Says how often it was asked."""

    def __init__(self):
        self.times = 0

    async def ask(self):
        self.times += 1
        return str(self.times)

    async def close(self):
        """There is nothing to let go."""


def test_a_generation_is_kept_for_as_long_as_was_permitted_and_no_longer(monkeypatch):
    async def scenario():
        found = []
        lenient = ThrottledSource(Source(), 10)
        for now in (100.0, 105.0, 110.0, 110.5, 115.0, 121.0):
            monkeypatch.setattr(base, "time", SimpleNamespace(monotonic=lambda now=now: now))
            found.append(await lenient.ask())
        return found

    assert asyncio.run(scenario()) == ["1", "1", "1", "2", "2", "3"]


def test_the_generation_is_asked_for_where_the_data_is():
    given = {
        "NAME": "books", "USER": "me", "PASSWORD": "p@ss word", "HOST": "db.example", "PORT": 6432,
        "OPTIONS": {"sslmode": "require", "connect_timeout": 3, "server_side_binding": True, "pool": {}},
    }  # fmt: skip
    assert conninfo_to_dict(conninfo(given)) == {
        "dbname": "books", "user": "me", "password": "p@ss word", "host": "db.example", "port": "6432",
        "sslmode": "require", "connect_timeout": "3", "application_name": "octavo generation",
    }  # fmt: skip
    assert conninfo_to_dict(conninfo({"NAME": "books", "HOST": "", "PORT": ""})) == {
        "dbname": "books", "application_name": "octavo generation",
    }  # fmt: skip
