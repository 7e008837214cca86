"""Splits what a source gives as ISBNs into valid ISBNs, other numbers, and words that stand beside an ISBN."""

from collections.abc import Iterable
from typing import NamedTuple

from books.standards.isbn import InvalidISBN, isbn13, isbns_in


class SourceIsbns(NamedTuple):
    """The ISBNs of one record, as ISBN-13 without doubles, and what else its source gave in their place."""

    valid: list[str]
    invalid: list[tuple[str, str]]
    """The texts that hold no valid ISBN, as identifiers of the scheme `isbn_invalid`."""
    worded: list[str]
    """The texts that say more than an ISBN: `0316769177 (pbk.)`."""


def read_isbns(texts: Iterable[str]) -> SourceIsbns:
    """The ISBNs in `texts`; every text that is not exactly one ISBN is kept, as `invalid` or `worded`."""
    valid, invalid, worded = dict[str, None](), [], []
    for text in texts:
        try:
            valid[isbn13(text)] = None
        except InvalidISBN:
            found = isbns_in(text)
            valid |= dict.fromkeys(found)
            if found:
                worded.append(text)
            else:
                invalid.append(("isbn_invalid", text))
    return SourceIsbns(list(valid), invalid, worded)
