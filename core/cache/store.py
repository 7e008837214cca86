"""CacheStore: the stored responses of one process, bounded in bytes; the least recently used are removed first."""

from collections import OrderedDict

from core.cache.entries import Entry
from core.metrics import Counts


class CacheStore:
    """Cache entries by cache key, together at most `limit` bytes with their keys.

    Only the event loop's thread uses it.
    """

    def __init__(self, limit: int, counts: Counts) -> None:
        self.limit, self.counts = limit, counts
        self._entries: OrderedDict[bytes, Entry] = OrderedDict()

    @property
    def largest(self) -> int:
        """Bytes of the largest entry that is stored with its key: an eighth of `limit`."""
        return self.limit // 8

    def get(self, key: bytes, generation: str) -> Entry | None:
        """The entry of `key` if its generation is `generation`; None if there is no entry or an older one."""
        entry = self._entries.get(key)
        if entry is None or entry.generation != generation:
            return None
        self._entries.move_to_end(key)
        return entry

    def put(self, key: bytes, entry: Entry) -> None:
        """Store `entry` under `key`, in place of any entry there, whose variants it adopts if the bodies are equal.

        An entry of more than `largest` bytes is not stored.
        """
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
        """Add `size` to the bytes of the store, as `entry` got another variant; remove old entries if it is too full.

        Does nothing if another entry or none is stored under `key`.
        """
        if self._entries.get(key) is entry:
            self.counts.bytes += size
            self._shrink()

    def clear(self) -> None:
        """Remove all entries."""
        self._entries.clear()
        self.counts.bytes = self.counts.entries = 0
        self.counts.drops += 1

    def _shrink(self) -> None:
        while self.counts.bytes > self.limit:
            key, oldest = self._entries.popitem(last=False)
            self.counts.bytes -= oldest.size + len(key)
            self.counts.evictions += 1
        self.counts.entries = len(self._entries)
