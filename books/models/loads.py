"""SourceLoad and SeenKeys: how far the load of a source's file has come, and which of the source's keys it has met."""

from typing import ClassVar

from django.db import models


class SourceLoad(models.Model):
    """The last load of a source: its file, by size and hash, and how far it has come, committed with each batch.

    `position` is that of the last record written, null once the load is finished; `counts` are its summary's numbers
    so far. Source records with ids up to `last_before` are older than the load. `records` counts the records of the
    last file of the source that was loaded to its end.
    """

    source = models.CharField(max_length=40, primary_key=True)
    file_size = models.BigIntegerField(default=0)
    file_hash = models.CharField(max_length=32, blank=True)
    position = models.BigIntegerField(null=True)
    counts = models.JSONField(default=dict)
    last_before = models.BigIntegerField(default=0)
    records = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.source}: {'finished' if self.position is None else f'at {self.position}'}"


class SeenKeys(models.Model):
    """Which older source records an unfinished load has met: two bits for each id in the range with this number.

    books/importing/load_state.py says which range, and what the bits mean. A finished load has no rows.
    """

    source = models.CharField(max_length=40)
    number = models.IntegerField()
    bits = models.BinaryField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "number"], name="seen_keys_range")]

    def __str__(self) -> str:
        return f"{self.source}: range {self.number}"
