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

    `text` is the column shown and `key` its folded form, of at most 200 characters, in which words are searched.
    A row begins with a text if one of its `keys` does. The larger `weight` is better, null the worst; `walks` are
    conditions with an order of an index each, which together go through all rows, best first. `index` and `column`
    are the text index of its words and their field there; `kind` names the counts of a word's rows.
    """

    type: str
    table: str
    slug: str
    text: str
    keys: tuple[str, ...]
    weight: str
    walks: tuple[tuple[str, str], ...]
    condition: str
    kind: str
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
    # No index has an order with the nulls last.
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
