"""What is suggested: books, authors and subjects, and where each is looked for."""

from dataclasses import dataclass

from authors.models import Author
from authors.search import AUTHOR_INDEX
from books.models import Subject
from books.search import BOOK_INDEX, SUBJECT_INDEX
from core.textindex import TextIndex


@dataclass(frozen=True)
class Source:
    """A kind of suggestion. Everything here is SQL, and none of it comes from outside.

    `text` is what is shown and `key` the same folded: words are looked for in that, its first 200 characters.
    A text begins as typed if one of `keys` does. The larger `weight` is better, null the worst; `walks` are
    conditions and orders of an index each, which together go through all rows, best first.
    """

    type: str
    table: str
    slug: str
    text: str
    keys: tuple[str, ...]
    weight: str
    walks: tuple[tuple[str, str], ...]
    condition: str
    counts: str
    index: TextIndex
    column: str

    @property
    def key(self) -> str:
        """The shown text, folded."""
        return self.keys[0]


_BY_BOOKS = (("true", "books_count DESC, id DESC"),)

BOOKS = Source(
    "book", "books_book", "NULL", "title", ("title_key", "sort_title"),
    "popularity",
    # One order with the nulls last would be no index's.
    (("popularity IS NOT NULL", "popularity DESC, id DESC"), ("popularity IS NULL", "popularity, id")),
    "true", "titles", BOOK_INDEX, "title",
)  # fmt: skip
AUTHORS = Source(
    "author", "authors_author", "NULL", "name", ("match_key", "sort_key"),
    "books_count", _BY_BOOKS, f"kind <> '{Author.Kind.PLACEHOLDER}'",
    "names", AUTHOR_INDEX, "names",
)  # fmt: skip
SUBJECTS = Source(
    "subject", "books_subject", "slug", "name", ("sort_key",),
    "books_count", _BY_BOOKS, f"kind NOT IN {tuple(map(str, Subject.HIDDEN))}",
    "subjects", SUBJECT_INDEX, "name",
)  # fmt: skip
SOURCES = (BOOKS, AUTHORS, SUBJECTS)
