"""RedisStore: volatile values in Redis."""

from typing import Any

from redis import Redis, RedisError, WatchError

from core.volatile.base import Change, StoreAway, VolatileStore

CONNECT_SECONDS, ANSWER_SECONDS = 0.2, 0.5
"""Seconds after which Redis is away: it is asked while a client waits."""

ATTEMPTS = 100
"""Writers of one key that may come before this one."""


class RedisStore(VolatileStore):
    """A VolatileStore in the Redis at `url`; `prefix` is put before each key."""

    def __init__(self, url: str, prefix: str) -> None:
        self.prefix = prefix
        self._redis: Any = Redis.from_url(
            url, decode_responses=True, socket_connect_timeout=CONNECT_SECONDS, socket_timeout=ANSWER_SECONDS
        )

    def get(self, key: str) -> str | None:
        """The value of `key`; None if it has none or its time is over. Raises StoreAway."""
        try:
            value: str | None = self._redis.get(self.prefix + key)
        except RedisError as error:
            raise StoreAway(str(error)) from error
        return value

    def update(self, key: str, change: Change, seconds: int) -> str | None:
        """Give `key` the value that `change` makes of its old one, and return it. Raises StoreAway."""
        name = self.prefix + key
        try:
            with self._redis.pipeline() as pipe:
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
        except RedisError as error:
            raise StoreAway(str(error)) from error
        raise StoreAway(f"others kept writing {key}")
