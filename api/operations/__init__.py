"""Texts for the OpenAPI document: its tags, and each operation's summary, description and response."""

from api.operations.accounts import ACCOUNTS
from api.operations.base import Operation
from api.operations.catalogue import CATALOGUE

__all__ = ["OPERATIONS", "TAGS", "Operation"]

TAGS = {
    "books": "The catalogue's books: one record of a source each, an edition or a work.",
    "authors": "Persons and organisations that books are by, in whichever role.",
    "categories": "A tree of shelves; each holds the books of those below it too.",
    "series": "Books that belong together, in an order.",
    "subjects": "What books are about: terms of several kinds, in their sources' words.",
    "isbn": "A book by its ISBN.",
    "match": "Which book a citation means.",
    "suggest": "Suggestions while somebody types.",
    "auth": "Signing in and out, one's own account and password, and API keys for programs.",
    "merges": "What editors merged, and undoing it.",
    "duplicates": "Rows that may be one, for editors to merge.",
    "users": "The accounts of this installation, for admins.",
}
OPERATIONS = {**CATALOGUE, **ACCOUNTS}
"""Operations by id; generating openapi.yaml fails for an operation that is missing here."""
