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
    "series": "Books that belong together, in an order.",
    "subjects": "What books are about: terms of several kinds, in their sources' words.",
    "isbn": "A book by its ISBN.",
    "suggest": "Suggestions while somebody types.",
    "auth": "Signing in and out, one's own account and password, and API keys for programs.",
    "merges": "What editors merged, and undoing it.",
    "duplicates": "Rows that may be one, for editors to merge.",
    "users": "The accounts of this installation, for admins.",
}
_WALK = (
    "Follow `next` until it is null: a row that is there throughout and keeps its place in the order comes exactly "
    "once, whatever is written meanwhile."
)
_BOOKS = f"Takes every filter and ordering of the list of books. {_WALK}"
_KEEP = "`fields` names the only fields wanted, which costs less, and `expand` those wanted besides."
_RENAMED = "The author's books are found by the new names at once, and have a new `updated_at`."
_BELOW = "The categories below it go with it, and the books in them have a new `updated_at`."
_MOVED = "A slug that it had leads to the new one."
_MERGED = "Its id leads there from now on, until the merge, which `Location` names, is undone."
OPERATIONS = {
    "books_list": Operation(
        "List books",
        f"The most popular first unless `ordering` or `search` says otherwise. All filters combine. {_WALK}",
        "A page of books",
    ),
    "books_retrieve": Operation("Get a book", f"The book with this id. {_KEEP}", "The book"),
    "books_create": Operation(
        "Make a book",
        "For editors. Authors are named by `id`, or by a `name` that is made if nobody bears it; categories by slug; "
        "subjects and series by slug or name. Loads leave the fields that are set here.",
        "The book",
    ),
    "books_update": Operation(
        "Replace a book",
        "For editors. Takes what a GET gave; what is left out is emptied, but for `extra`. Fields whose values change "
        "are curated: loads leave them.",
        "The book",
    ),
    "books_partial_update": Operation(
        "Change a book", "For editors. A list is replaced whole. Fields whose values change are curated.", "The book"
    ),
    "books_destroy": Operation(
        "Delete a book", "For editors. No load makes it again from a record that it was made of.", "Deleted"
    ),
    "books_batch": Operation(
        "Make and change many books",
        "For editors. An item is of the book with its `id`, or of the one that bears its `identifiers` or `isbns`, and "
        "changes it as PATCH does; where there is none it is made. Either all items are written or none, in which case "
        "the errors name them (`items[3].title`); with `atomic=false` those that can be are, and the answer is 207.",
        "What became of each item",
    ),
    "books_sources": Operation(
        "Get where a book's values come from",
        "For editors: the records of sources that the book was made of, with the fields that each has set, and the "
        "fields that editors set since.",
        "The sources and the curated fields",
    ),
    "books_sources_curated_destroy": Operation(
        "Give a curated field back to the sources",
        "For editors. The next load of its source sets it, also from a record that has not changed.",
        "Given back",
    ),
    "authors_list": Operation(
        "List authors", f"By name. Placeholders such as Various are left out unless `kind` names them. {_WALK}",
        "A page of authors",
    ),
    "authors_retrieve": Operation("Get an author", f"The author with this id. {_KEEP}", "The author"),
    "authors_create": Operation(
        "Make an author",
        "For editors. Several authors may have one name. Without a `sort_name` the name is filed by the family name.",
        "The author",
    ),
    "authors_update": Operation(
        "Replace an author",
        f"For editors. Takes what a GET gave; what is left out is emptied. {_RENAMED}",
        "The author",
    ),
    "authors_partial_update": Operation("Change an author", f"For editors. {_RENAMED}", "The author"),
    "authors_destroy": Operation("Delete an author", "For editors. One that books credit stays: 409.", "Deleted"),
    "authors_books_list": Operation(
        "List an author's books", f"The books that name this author, in whichever role. {_BOOKS}", "A page of books"
    ),
    "categories_list": Operation(
        "List categories", f"By name, each with the number of books in it and below it. {_WALK}", "A page of categories"
    ),
    "categories_retrieve": Operation("Get a category", f"The category with this slug. {_KEEP}", "The category"),
    "categories_create": Operation(
        "Make a category", "For editors. Below the category whose slug is in `parent`, or at the top.", "The category"
    ),
    "categories_update": Operation(
        "Replace a category", f"For editors. {_BELOW} One left out of `parent` goes to the top.", "The category"
    ),
    "categories_partial_update": Operation("Change a category", f"For editors. {_BELOW}", "The category"),
    "categories_destroy": Operation(
        "Delete a category", "For editors. One that books or other categories are in stays: 409.", "Deleted"
    ),
    "categories_books_list": Operation(
        "List a category's books", f"The books in this category and in those below it. {_BOOKS}", "A page of books"
    ),
    "categories_tree": Operation(
        "Get the tree of categories", "All categories at once, each with those directly below it, by name.",
        "The roots of the tree",
    ),
    "series_list": Operation("List series", f"By name, each with the number of its books. {_WALK}", "A page of series"),
    "series_retrieve": Operation("Get a series", f"The series with this slug. {_KEEP}", "The series"),
    "series_create": Operation(
        "Make a series",
        "For editors. Case and accents aside a name means one series: another one of that name needs a `slug`.",
        "The series",
    ),
    "series_update": Operation(
        "Replace a series",
        f"For editors. Takes what a GET gave; a `slug` that is left out stays. {_MOVED}",
        "The series",
    ),
    "series_partial_update": Operation("Change a series", f"For editors. {_MOVED}", "The series"),
    "series_destroy": Operation("Delete a series", "For editors. One that books stand in stays: 409.", "Deleted"),
    "series_books_list": Operation(
        "List a series' books", f"The books of this series, in reading order. {_BOOKS}", "A page of books"
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
    "auth_token": Operation(
        "Sign in",
        "Exchanges an e-mail address and a password for two tokens. The answer, and the time it takes, are the same "
        "whether the address or the password is wrong.",
        "The tokens",
    ),
    "auth_refresh": Operation(
        "Get the next tokens",
        "Exchanges a refresh token, which is good once, for the next two tokens. Two tabs of a browser may send the "
        "same within ten seconds; an older one ends the sign-in, since somebody must have copied it.",
        "The tokens",
    ),
    "auth_logout": Operation("Sign out", "Ends the sign-in of a refresh token, and all its tokens.", "Signed out"),
    "auth_me_show": Operation(
        "Get one's own account", "The account that the credential is of; with an API key also that key.", "The account"
    ),
    "auth_me_partial_update": Operation(
        "Change one's own account", "Changes the name; the role and the rest are an admin's.", "The account"
    ),
    "auth_password": Operation(
        "Change one's own password", "Ends all sign-ins of the account, this one too. API keys stay.", "Changed"
    ),
    "auth_password_reset": Operation(
        "Ask for a reset token",
        "Mails a token by which a new password can be set, once and within an hour, if the address is an account's. "
        "The answer is the same if it is not.",
        "Asked for",
    ),
    "auth_password_reset_confirm": Operation(
        "Set a new password by a token", "Takes the token that was mailed, and ends all sign-ins of the account.", "Set"
    ),
    "auth_keys_list": Operation(
        "List one's API keys", f"Those neither revoked nor expired, the newest first. {_WALK}", "A page of keys"
    ),
    "auth_keys_create": Operation(
        "Make an API key",
        "For a program: it is sent as `Authorization: Bearer oct_…`, and may do what its scopes say within the role of "
        "the account. Shown in this answer only. An API key makes no keys.",
        "The key",
    ),
    "auth_keys_retrieve": Operation("Get an API key", "One of one's own keys, without the key itself.", "The key"),
    "auth_keys_destroy": Operation("Revoke an API key", "It is refused from now on, everywhere.", "Revoked"),
    "authors_merge_create": Operation(
        "Merge an author into another",
        f"The author of this URL goes; the author `into` has its books, and its names beside its own. {_MERGED}",
        "The author that is kept",
    ),
    "books_merge_create": Operation(
        "Merge a book into another",
        "The book of this URL goes; the book `into` has its identifiers and ISBNs beside its own, and in fields that "
        f"were empty its values. {_MERGED}",
        "The book that is kept",
    ),
    "merges_list": Operation("List merges", f"Those that editors made, the newest first. {_WALK}", "A page of merges"),
    "merges_retrieve": Operation("Get a merge", "The merge with this id.", "The merge"),
    "merges_undo": Operation(
        "Undo a merge",
        "Both are there again as they were, under their ids, and no load joins them. Later merges are undone first; "
        "what the merge changed must not have changed since.",
        "The merge, undone",
    ),
    "duplicates": Operation(
        "List possible duplicates",
        "Pairs of books or authors that may be one, each with the reason. A page is short, or empty, where much has to "
        "be looked through for few: follow `next` until it is null.",
        "A page of pairs",
    ),
    "users_list": Operation("List accounts", f"The newest first. {_WALK}", "A page of accounts"),
    "users_create": Operation(
        "Make an account",
        "Without `password` a mail goes out by which one is set; the account cannot sign in until then.",
        "The account",
    ),
    "users_retrieve": Operation("Get an account", "The account with this id.", "The account"),
    "users_partial_update": Operation(
        "Change an account",
        "Changes the name, the role, or whether it is active: a disabled account and its keys can do nothing, and its "
        "sign-ins have ended. The last active admin stays one.",
        "The account",
    ),
}  # fmt: skip
"""Operations by id; generating openapi.yaml fails for an operation that is missing here."""
