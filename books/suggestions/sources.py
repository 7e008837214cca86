"""The kinds of suggestions, books, authors and subjects, with the SQL that their queries are built from."""

from dataclasses import dataclass

from authors.models import Author
from books.models import Subject
from books.search.vocabulary import KINDS
from core.search.index import TextIndex


@dataclass(frozen=True)
class Source:
    """A type of suggestion, as SQL for its queries; none of it comes from a request.

    `text` is the column shown. `keys` are columns of folded text: words are searched in the first of them, and a row
    begins with a text if one of them does. The larger `weight` is better, null the worst. `walks` are pairs of a
    condition and an order that has an index; together they go through all rows, the best first. `kind` is one of
    books.search.vocabulary.KINDS, by which its words are indexed and counted.
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

    @property
    def key(self) -> str:
        """The column with the shown text, folded."""
        return self.keys[0]

    @property
    def index(self) -> TextIndex:
        """The text index that has the words of this type."""
        return KINDS[self.kind][0]

    @property
    def column(self) -> str:
        """The field of the text index (`index`) that has the words of this type."""
        return KINDS[self.kind][1]


_BY_BOOKS = (("true", "books_count DESC, id DESC"),)

BOOKS = Source(
    "book", "books_book", "NULL", "title", ("title_key", "sort_title"),
    "popularity",
    # No index has an order with the nulls last.
    (("popularity IS NOT NULL", "popularity DESC, id DESC"), ("popularity IS NULL", "popularity, id")),
    "true", "titles",
)  # fmt: skip
AUTHORS = Source(
    "author", "authors_author", "NULL", "name", ("match_key", "sort_key"),
    "books_count", _BY_BOOKS, f"kind <> '{Author.Kind.PLACEHOLDER}'",
    "names",
)  # fmt: skip
SUBJECTS = Source(
    "subject", "books_subject", "slug", "name", ("sort_key",),
    "books_count", _BY_BOOKS, f"kind NOT IN {tuple(map(str, Subject.HIDDEN))}",
    "subjects",
)  # fmt: skip
SOURCES = (BOOKS, AUTHORS, SUBJECTS)
