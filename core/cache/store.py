"""Finished answers in the memory of one process: bounded in bytes, the least recently used go first."""

from collections import OrderedDict

from core.cache.entries import Entry
from core.metrics import Counts


class CacheStore:
    """Entries by key, at most `limit` bytes of both; one larger than an eighth of that is not taken."""

    def __init__(self, limit: int, counts: Counts) -> None:
        self.limit, self.counts = limit, counts
        self._entries: OrderedDict[bytes, Entry] = OrderedDict()

    @property
    def largest(self) -> int:
        """Bytes of the largest entry taken."""
        return self.limit // 8

    def get(self, key: bytes, generation: str) -> Entry | None:
        """The entry of `key` if it was filed under `generation`."""
        entry = self._entries.get(key)
        if entry is None or entry.generation != generation:
            return None
        self._entries.move_to_end(key)
        return entry

    def put(self, key: bytes, entry: Entry) -> None:
        """File `entry` in the place of any other of `key`; what was coded of the same body is taken over."""
        if entry.size + len(key) > self.largest:
            return
        before = self._entries.pop(key, None)
        if before is not None:
            self.counts.bytes -= before.size + len(key)
            entry.adopt_variants(before)
        self._entries[key] = entry
        self.counts.bytes += entry.size + len(key)
        self._shrink()

    def grow(self, key: bytes, entry: Entry, size: int) -> None:
        """Note that `entry` became `size` bytes larger, if it is still here."""
        if self._entries.get(key) is entry:
            self.counts.bytes += size
            self._shrink()

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()
        self.counts.bytes = self.counts.entries = 0
        self.counts.drops += 1

    def _shrink(self) -> None:
        while self.counts.bytes > self.limit:
            key, oldest = self._entries.popitem(last=False)
            self.counts.bytes -= oldest.size + len(key)
            self.counts.evictions += 1
        self.counts.entries = len(self._entries)
