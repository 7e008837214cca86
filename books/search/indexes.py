"""Where books are searched, and what makes one result better than another.

Relevance depends on the row and the query alone: the title itself, a title that begins so, all
words in the title, in title and authors, anywhere; within each, popularity. So it is stable
from page to page and the same on both databases.
"""

from core.search.index import TextIndex
from core.search.query import Match, TextQuery

BOOK_INDEX = TextIndex(
    "books_search",
    "book_id",
    "books_book",
    {
        "title": ("words", "A"),
        "authors": ("words", "B"),
        "subtitle": ("words", "C"),
        "subjects": ("words", "D"),
        "publisher": ("facets", "A"),
        "topics": ("facets", "B"),
    },
    own_index=frozenset({"title", "authors"}),
)
SUBJECT_INDEX = TextIndex("subjects_search", "subject_id", "books_subject", {"name": ("words", "A")})
SEARCHED = ("title", "authors", "subtitle", "subjects")
RESPONSIBILITY = "statement_of_responsibility"
"""The name in a book's `extra` of what its title page says of who made it: searched along with the subtitle."""


def anywhere(query: TextQuery) -> Match:
    """What `search` finds: every word in title, subtitle, authors or subjects."""
    return query.within(*SEARCHED)
