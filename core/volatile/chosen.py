"""`store`: the volatile store that the settings choose."""

from functools import cache

from django.conf import settings

from core.volatile.base import VolatileStore
from core.volatile.redis import RedisStore
from core.volatile.sqlite import SqliteStore


@cache
def store() -> VolatileStore:
    """The VolatileStore of this process: Redis if REDIS_URL is set, else a file in DATA_DIR."""
    if settings.REDIS_URL:
        return RedisStore(settings.REDIS_URL, f"{settings.CACHES['default']['KEY_PREFIX']}:volatile:")
    return SqliteStore(settings.DATA_DIR / "volatile.sqlite3")
