"""The kinds of suggestions, books, authors and subjects, with the SQL that their queries are built from."""

from dataclasses import dataclass

from authors.models import Author
from authors.search import AUTHOR_INDEX
from books.models import Subject
from books.search.indexes import BOOK_INDEX, SUBJECT_INDEX
from core.search.index import TextIndex


@dataclass(frozen=True)
class Source:
    """A kind of suggestion. Every field is SQL, and none of it comes from a request.

    `text` is the column shown and `keys` its folded forms, of at most 200 characters, each with an index by key and id:
    a row begins with a text if one of them does, and words are looked for in the first. The larger `weight` is better,
    null the worst; `walks` are conditions with an order of an index each, which together go through all rows, best
    first. `field` of the text index has the words of the shown text.
    """

    type: str
    table: str
    slug: str
    text: str
    keys: tuple[str, ...]
    weight: str
    walks: tuple[tuple[str, str], ...]
    condition: str
    index: TextIndex
    field: str


_BY_BOOKS = (("true", "books_count DESC, id DESC"),)

BOOKS = Source(
    "book", "books_book", "NULL", "title", ("title_key", "sort_title"),
    "popularity",
    # No index has an order with the nulls last.
    (("popularity IS NOT NULL", "popularity DESC, id DESC"), ("popularity IS NULL", "popularity, id")),
    "true", BOOK_INDEX, "title",
)  # fmt: skip
AUTHORS = Source(
    "author", "authors_author", "NULL", "name", ("match_key", "sort_key"),
    "books_count", _BY_BOOKS, f"kind <> '{Author.Kind.PLACEHOLDER}'", AUTHOR_INDEX, "names",
)  # fmt: skip
SUBJECTS = Source(
    "subject", "books_subject", "slug", "name", ("sort_key",),
    "books_count", _BY_BOOKS, f"kind NOT IN {tuple(map(str, Subject.HIDDEN))}", SUBJECT_INDEX, "name",
)  # fmt: skip
SOURCES = (BOOKS, AUTHORS, SUBJECTS)
