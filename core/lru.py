"""A bounded cache that the threads of a process share."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class LruCache(Generic[K, V]):
    """A mapping of at most `bound` items. One more item removes the one that was least recently used.

    Threads may call every method at once. Each method takes constant time, whatever the number of items.
    """

    def __init__(self, bound: int) -> None:
        self._bound = bound
        self._items: OrderedDict[K, V] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._items)

    def get(self, key: K) -> V | None:
        """The value of `key`, which counts as used now; None if there is no such item."""
        with self._lock:
            value = self._items.get(key)
            if value is not None:
                self._items.move_to_end(key)
            return value

    def put(self, key: K, value: V) -> None:
        """Store `value` under `key`, in place of any value before it; the item counts as used now."""
        with self._lock:
            self._items[key] = value
            self._items.move_to_end(key)
            if len(self._items) > self._bound:
                self._items.popitem(last=False)

    def forget(self, key: K) -> None:
        """Remove the item of `key`, if there is one."""
        with self._lock:
            self._items.pop(key, None)
