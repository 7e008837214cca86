"""Headings that a source replaced by better ones: `Melville, Herman, 1819-` by `Melville, Herman, 1819-1891`.

Noted when a book changes, decided when the source's whole file has been read: only then is it known whether
the old heading is still in use.
"""

from books.importing.composing import Vocabulary
from books.importing.merging import Revision
from books.importing.writing import Writes


def note_replaced(writes: Writes, source: str, revision: Revision, vocabulary: Vocabulary) -> None:
    pass
