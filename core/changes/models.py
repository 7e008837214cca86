"""FormerKey: what an id or slug leads to that no row has any more; KeptAnswer: the answer to a write; RecordedMerge:
what an editor merged.
"""

from typing import ClassVar

from django.db import models
from django.utils import timezone


class FormerKey(models.Model):
    """An id or slug that a row had: `into` is that of the row it became, null where the row was deleted.

    `resource` is the first part of the path that the key stands in, such as `series`.
    """

    resource = models.CharField(max_length=20)
    key = models.CharField(max_length=200)
    into = models.CharField(max_length=200, null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["resource", "key"], name="former_key")]
        indexes: ClassVar = [models.Index(fields=["resource", "into"], name="former_key_into")]

    def __str__(self) -> str:
        return f"{self.resource}/{self.key}"


class KeptAnswer(models.Model):
    """The answer to a write that its client named by a key: sent again, the write is not made a second time."""

    caller = models.CharField(max_length=40)
    path = models.CharField(max_length=300)
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    body = models.BinaryField()
    location = models.TextField()
    status = models.SmallIntegerField(db_default=201)
    kept_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["caller", "path", "key"], name="kept_answer")]
        indexes: ClassVar = [models.Index(fields=["kept_at"], name="kept_answer_by_time")]

    def __str__(self) -> str:
        return f"{self.caller} {self.path} {self.key}"


class RecordedMerge(models.Model):
    """A merge of two rows of `resource` by an editor: `gone`, which was deleted, into `kept`; both are ids.

    `moved` has numbers of what was moved, by its kind. `by` and `undone_by` are documents of who did it: `type`, `id`,
    `name`. `snapshot` has what an undo restores (books/merging); it is {} once the merge is undone.
    """

    resource = models.CharField(max_length=20)
    gone = models.BigIntegerField()
    gone_text = models.TextField()
    kept = models.BigIntegerField()
    kept_text = models.TextField()
    moved = models.JSONField(default=dict)
    by = models.JSONField()
    at = models.DateTimeField(default=timezone.now)
    undone_by = models.JSONField(null=True)
    undone_at = models.DateTimeField(null=True)
    snapshot = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["resource", "id"], name="recorded_merge"),
            models.Index(fields=["resource", "gone"], name="recorded_merge_gone"),
            models.Index(fields=["resource", "kept"], name="recorded_merge_kept"),
        ]

    def __str__(self) -> str:
        return f"{self.resource}: {self.gone} into {self.kept}"
