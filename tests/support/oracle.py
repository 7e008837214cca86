"""The catalogue in plain Python, to compute by brute force what the API reads by index."""

from collections import defaultdict
from functools import cached_property

from authors.models import Author
from books.models import (
    Book,
    BookAuthor,
    BookCategory,
    BookIdentifier,
    BookIsbn,
    BookLanguage,
    BookSeries,
    BookSubject,
    Category,
    Subject,
)
from core.search.query import TextQuery
from core.text import spellings


def written(*texts):
    """The spellings of `texts` that the index stores, as token lists."""
    return [list(tokens) for text in texts for tokens in spellings(text)]


def grouped(rows):
    """(key, value…) rows as key → list of values."""
    found = defaultdict(list)
    for key, *values in rows:
        found[key].append(values[0] if len(values) == 1 else tuple(values))
    return found


class Oracle:
    """All rows of the default database, and methods that compare each."""

    def __init__(self):
        self.books = {row["id"]: row for row in Book.objects.values()}
        self.authors = {row["id"]: row for row in Author.objects.values()}
        self.subjects = {row["id"]: row for row in Subject.objects.values()}
        self.categories = {row["id"]: row for row in Category.objects.values()}
        self.credits = grouped(
            BookAuthor.objects.order_by("position", "author", "role").values_list("book", "author", "role")
        )
        self.subjects_of = grouped(BookSubject.objects.values_list("book", "subject"))
        self.languages_of = grouped(BookLanguage.objects.values_list("book", "code"))
        self.series_of = grouped(BookSeries.objects.values_list("book", "series__name"))
        self.identifiers_of = grouped(BookIdentifier.objects.values_list("book", "scheme", "value"))
        self.isbns_of = grouped(BookIsbn.objects.values_list("book", "isbn_13"))
        self.shelved = grouped(BookCategory.objects.values_list("book", "category"))

    @cached_property
    def categories_of(self):
        """Slugs of a book's categories and of all above them."""
        return {book: {slug for pk in ids for slug in self._with_above(pk)} for book, ids in self.shelved.items()}

    def _with_above(self, category):
        row = self.categories[category]
        return [row["slug"], *(self._with_above(row["parent_id"]) if row["parent_id"] else [])]

    def ids(self, condition):
        """The ids of books for which `condition(id)` holds."""
        return {pk for pk in self.books if condition(pk)}

    def names(self, author):
        """An author's display and alternate names, as token lists."""
        row = self.authors[author]
        return written(row["name"], *row["alternate_names"])

    def fields(self, book):
        """Field → token lists of a book, as `search` sees it."""
        row = self.books[book]
        subjects = [self.subjects[pk] for pk in self.subjects_of.get(book, ())]
        return {
            "title": written(row["title"], row["part"]),
            "authors": [name for author, _ in self.credits.get(book, ()) for name in self.names(author)],
            "subtitle": written(row["subtitle"], row["extra"].get("statement_of_responsibility", "")),
            "subjects": written(*[s["name"] for s in subjects if s["kind"] not in ("shelf", "class")]),
        }

    def subject_slugs(self, book, kinds=None):
        """Slugs of a book's subjects, shelves and classes left out unless `kinds` names them."""
        found = [self.subjects[pk] for pk in self.subjects_of.get(book, ())]
        return {s["slug"] for s in found if (s["kind"] in kinds if kinds else s["kind"] not in ("shelf", "class"))}


def has_phrase(texts, phrase):
    """Whether one of `texts` (token lists) holds the tokens of a spelling of `phrase` side by side."""
    return any(_has_tokens(text, list(spelt), phrase.prefix) for text in texts for spelt in phrase.spellings)


def _has_tokens(text, sought, prefix):
    size = len(sought)
    for start in range(len(text) - size + 1):
        head, last = text[start : start + size - 1], text[start + size - 1]
        if head == sought[:-1] and (last.startswith(sought[-1]) if prefix else last == sought[-1]):
            return True
    return False


def has_words(texts, typed):
    """Whether every word of `typed` stands in `texts`, the last one by prefix."""
    return all(has_phrase(texts, phrase) for phrase in TextQuery.parse(typed).include)
