"""Records of merges by editors: made with the merge, looked up to undo it."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from books.editing.books import Writer
from books.editing.editor import Conflict
from core.changes.former_keys import keys_leading_to
from core.changes.models import RecordedMerge
from core.database.locks import lock_until_the_end

MERGE_TIMEOUT = "60s"
"""The longest that a merge waits for others, and that a statement of it may take, on PostgreSQL."""


def wait_for_other_merges() -> None:
    """Wait until no other merge is made or undone, and let none be until the transaction ends.

    Each writes the books of two authors and counts of much else: two at once would often wait for each other. It is
    called before rows are locked.
    """
    if connection.vendor == "postgresql":
        # Else the wait would end when a statement of a request has to.
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [MERGE_TIMEOUT])
    lock_until_the_end(connection, ["merge"])


def record_merge(
    resource: str,
    gone: tuple[int, str],
    kept: tuple[int, str],
    writer: Writer,
    *,
    moved: Mapping[str, int],
    snapshot: dict[str, Any],
) -> RecordedMerge:
    """Save the record of a merge that is about to be noted in the former keys; `gone` and `kept` are ids and texts."""
    return RecordedMerge.objects.create(
        resource=resource, gone=gone[0], gone_text=gone[1], kept=kept[0], kept_text=kept[1],
        moved=moved, by=writer._asdict(),
        snapshot={**snapshot, "led": keys_leading_to(resource, str(gone[0]))},
    )  # fmt: skip


def undoable(pk: int) -> RecordedMerge | None:
    """The merge with the id `pk`, locked; None if there is none. Raises Conflict if it was undone."""
    merge = RecordedMerge.objects.select_for_update().filter(pk=pk).first()
    if merge and merge.undone_at:
        raise Conflict(f"Merge {pk} was undone already.")
    return merge


def check_is_last(merge: RecordedMerge) -> None:
    """Raise Conflict if the row that `merge` kept took part in a later merge. That row is locked, if it is there."""
    others = RecordedMerge.objects.filter(resource=merge.resource, undone_at=None, pk__gt=merge.pk)
    later = others.filter(Q(gone=merge.kept) | Q(kept=merge.kept)).order_by("-pk").first()
    if later:
        raise Conflict(f"Undo merge {later.pk} first: {later.gone} was merged into {later.kept} after this.")


def check_there(resource: str, wanted: Collection[int], there: Collection[int]) -> None:
    """Raise Conflict if of the rows of `resource` with the ids `wanted` some are not in `there`."""
    missing = sorted(set(wanted).difference(there))
    if not missing:
        return
    later = RecordedMerge.objects.filter(resource=resource, undone_at=None, gone__in=missing).order_by("-pk").first()
    if later:
        raise Conflict(f"Undo merge {later.pk} first: of {resource}, {later.gone} was merged into {later.kept}.")
    raise Conflict(f"Of {resource}, {missing[0]} is no longer there.")


def note_undone(merge: RecordedMerge, writer: Writer) -> None:
    """Save who undid `merge`, and drop what was kept for it."""
    merge.undone_by, merge.undone_at, merge.snapshot = writer._asdict(), timezone.now(), {}
    merge.save()
