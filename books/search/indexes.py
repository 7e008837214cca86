"""BOOK_INDEX and SUBJECT_INDEX: the full-text indexes of books and subjects."""

from core.search.index import TextIndex

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
"""The key in a book's `extra` of the statement of responsibility, which is indexed with the subtitle."""
