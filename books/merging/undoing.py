"""Undoing merges: both rows are there again as they were."""

from books.editing.books import Writer
from books.merging import authors, undoing_books
from books.merging.recording import undoable, wait_for_other_merges
from core.changes.models import RecordedMerge

_UNDO = {"authors": authors.undo, "books": undoing_books.undo}


def undo_merge(pk: int, writer: Writer) -> RecordedMerge | None:
    """Undo the merge with the id `pk` and return its record; None if there is none.

    Raises Conflict if it was undone, if a later merge has to be undone first, or if what it changed has changed since.
    """
    wait_for_other_merges()
    record = undoable(pk)
    if record:
        _UNDO[record.resource](record, writer)
    return record
