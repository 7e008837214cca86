"""Where authors are searched: by every name they are known under."""

from core.search.index import TextIndex

AUTHOR_INDEX = TextIndex("authors_search", "author_id", "authors_author", {"names": ("words", "A")})
