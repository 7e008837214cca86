"""The texts of the operations of the catalogue."""

from api.operations.base import WALK, Operation

_BOOKS = f"Takes every filter and ordering of the list of books. {WALK}"
_KEEP = "`fields` names the only fields wanted, which costs less, and `expand` those wanted besides."
_RENAMED = "The author's books are found by the new names at once, and have a new `updated_at`."
_BELOW = "The categories below it go with it, and the books in them have a new `updated_at`."
_MOVED = "A slug that it had leads to the new one."
_MERGED = "Its id leads there from now on, until the merge, which `Location` names, is undone."
CATALOGUE = {
    "books_list": Operation(
        "List books",
        f"The most popular first unless `ordering` or `search` says otherwise. All filters combine. {WALK}",
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
        "List authors", f"By name. Placeholders such as Various are left out unless `kind` names them. {WALK}",
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
        "List categories", f"By name, each with the number of books in it and below it. {WALK}", "A page of categories"
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
    "series_list": Operation("List series", f"By name, each with the number of its books. {WALK}", "A page of series"),
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
        "List subjects", f"By name. Shelves and classes are left out unless `subject_kind` names them. {WALK}",
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
    "books_lookup": Operation(
        "Look up many books",
        "Up to 1,000 books in one call, each named by an ISBN, an identifier or an id: of several books with one "
        f"number it is the most popular. Nothing is written, and no credential is needed. {_KEEP}",
        "A book for each item, in order; null where there is none",
    ),
    "books_facets": Operation(
        "Count what books have in common",
        "Of the books that meet the filters: which languages, categories, subjects, authors and series most of them "
        "have, fifty of each, and the decades in which they came out; with how many books have each. Each facet "
        "ignores the filters by its own kind, so that it shows what else could be chosen. Where more than 10,000 books "
        "match, those of a sample are counted, and what is rare among them is left out.",
        "The facets",
    ),
    "match": Operation(
        "Match a citation",
        "At most five books that a citation may mean, each with a score from 0 to 1, with what agrees and what the "
        "book has otherwise. A title counts 5, an author's family name 3, a year and a language 1 each, over what was "
        "given; a few typos are forgiven, a subtitle may be missing, and names may be inverted. An equal ISBN makes it "
        f"0.95 or more, but 0.5 at most where title and author are both others. {_KEEP}",
        "The books, the best first",
    ),
    "suggest": Operation(
        "Suggest what may be meant",
        "At most ten books, authors and subjects for what was typed so far: names that are exactly it first, then "
        "those that begin with it, then the more popular; the three kinds take turns.",
        "The suggestions, the best first",
    ),
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
    "merges_list": Operation("List merges", f"Those that editors made, the newest first. {WALK}", "A page of merges"),
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
}  # fmt: skip
