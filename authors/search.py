"""AUTHOR_INDEX: the full-text index of authors, by all their names."""

from core.search.index import TextIndex

AUTHOR_INDEX = TextIndex("authors_search", "author_id", "authors_author", {"names": ("words", "A")})
