"""RedisStore: volatile values in Redis."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from redis import Redis, RedisError, WatchError

from core.volatile.base import Change, Count, StoreAway, VolatileStore

CONNECT_SECONDS, ANSWER_SECONDS = 0.2, 0.5
"""Seconds after which Redis is away: it is asked while a client waits."""

PAUSE_SECONDS = 1.0
"""Seconds for which Redis is not asked after it was away: requests would each wait for the time limit."""

_COUNT = """
    local number = redis.call('INCR', KEYS[1])
    if number == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
    return {number, redis.call('PTTL', KEYS[1])}
"""

ATTEMPTS = 100
"""Writers of one key that may come before this one."""


class RedisStore(VolatileStore):
    """A VolatileStore in the Redis at `url`; `prefix` is put before each key."""

    def __init__(self, url: str, prefix: str) -> None:
        self.prefix = prefix
        self._away_until = 0.0
        self._redis: Any = Redis.from_url(
            url, decode_responses=True, socket_connect_timeout=CONNECT_SECONDS, socket_timeout=ANSWER_SECONDS
        )
        self._count: Any = self._redis.register_script(_COUNT)

    def get(self, key: str) -> str | None:
        """The value of `key`; None if it has none or its time is over. Raises StoreAway."""
        with self._noted():
            value: str | None = self._redis.get(self.prefix + key)
        return value

    def update(self, key: str, change: Change, seconds: int) -> str | None:
        """Give `key` the value that `change` makes of its old one, and return it. Raises StoreAway."""
        name = self.prefix + key
        with self._noted(), self._redis.pipeline() as pipe:
            for _ in range(ATTEMPTS):
                pipe.watch(name)
                old: str | None = pipe.get(name)
                new = change(old)
                if new is None:
                    return old
                pipe.multi()
                pipe.set(name, new, ex=seconds)
                try:
                    pipe.execute()
                except WatchError:
                    continue
                return new
        raise StoreAway(f"others kept writing {key}")

    def count(self, key: str, seconds: int) -> Count:
        """Count `key` once more, from 1 if its last count began `seconds` ago. Raises StoreAway."""
        with self._noted():
            number, left = self._count(keys=[self.prefix + key], args=[1000 * seconds])
        return Count(number, left / 1000)

    @contextmanager
    def _noted(self) -> Iterator[None]:
        """A context manager for commands to Redis. Raises StoreAway if it is away, or was within PAUSE_SECONDS.

        After that one thread tries it, and the others go on without it until that has an answer.
        """
        now = time.monotonic()
        if now < self._away_until:
            raise StoreAway("Redis was away a moment ago")
        if self._away_until:
            self._away_until = now + PAUSE_SECONDS
        try:
            yield
        except RedisError as error:
            self._away_until = time.monotonic() + PAUSE_SECONDS
            raise StoreAway(str(error)) from error
        self._away_until = 0.0
