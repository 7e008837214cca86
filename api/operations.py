"""Texts for the OpenAPI document: its tags, and each operation's summary, description and response."""

from typing import NamedTuple


class Operation(NamedTuple):
    """The texts of one operation: its name in a menu, how to call it, and what its response of status 200 holds."""

    summary: str
    description: str
    answer: str


TAGS = {
    "books": "The catalogue's books: one record of a source each, an edition or a work.",
    "authors": "Persons and organisations that books are by, in whichever role.",
    "categories": "A tree of shelves; each holds the books of those below it too.",
    "subjects": "What books are about: terms of several kinds, in their sources' words.",
    "isbn": "A book by its ISBN.",
    "suggest": "Suggestions while somebody types.",
}
_WALK = (
    "Follow `next` until it is null: a row that is there throughout and keeps its place in the order comes exactly "
    "once, whatever is written meanwhile."
)
_BOOKS = f"Takes every filter and ordering of the list of books. {_WALK}"
_KEEP = "`fields` names the only fields wanted, which costs less, and `expand` those wanted besides."
OPERATIONS = {
    "books_list": Operation(
        "List books",
        f"The most popular first unless `ordering` or `search` says otherwise. All filters combine. {_WALK}",
        "A page of books",
    ),
    "books_retrieve": Operation("Get a book", f"The book with this id. {_KEEP}", "The book"),
    "authors_list": Operation(
        "List authors", f"By name. Placeholders such as Various are left out unless `kind` names them. {_WALK}",
        "A page of authors",
    ),
    "authors_retrieve": Operation("Get an author", f"The author with this id. {_KEEP}", "The author"),
    "authors_books_list": Operation(
        "List an author's books", f"The books that name this author, in whichever role. {_BOOKS}", "A page of books"
    ),
    "categories_list": Operation(
        "List categories", f"By name, each with the number of books in it and below it. {_WALK}", "A page of categories"
    ),
    "categories_retrieve": Operation("Get a category", f"The category with this slug. {_KEEP}", "The category"),
    "categories_books_list": Operation(
        "List a category's books", f"The books in this category and in those below it. {_BOOKS}", "A page of books"
    ),
    "categories_tree": Operation(
        "Get the tree of categories", "All categories at once, each with those directly below it, by name.",
        "The roots of the tree",
    ),
    "subjects_list": Operation(
        "List subjects", f"By name. Shelves and classes are left out unless `subject_kind` names them. {_WALK}",
        "A page of subjects",
    ),
    "subjects_retrieve": Operation("Get a subject", f"The subject with this slug. {_KEEP}", "The subject"),
    "subjects_books_list": Operation(
        "List a subject's books", f"The books about this subject. {_BOOKS}", "A page of books"
    ),
    "isbn_retrieve": Operation(
        "Get a book by ISBN",
        "The book that bears this ISBN-10 or ISBN-13; hyphens, blanks and the word ISBN are ignored. Where several "
        'bear it, the most popular one, and a header `Link` with `rel="collection"` leads to all of them.',
        "The book",
    ),
    "suggest": Operation(
        "Suggest what may be meant",
        "At most ten books, authors and subjects for what was typed so far: names that are exactly it first, then "
        "those that begin with it, then the more popular; the three kinds take turns.",
        "The suggestions, the best first",
    ),
}  # fmt: skip
"""Operations by id; generating openapi.yaml fails for an operation that is missing here."""
