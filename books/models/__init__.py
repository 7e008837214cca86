"""The models of books: the catalogue's tables, but for those of authors."""

from books.models.book import Book
from books.models.classification import Category, CategoryAncestor, Subject, SubjectSpelling
from books.models.emptied import Emptied
from books.models.links import (
    BookAuthor,
    BookCategory,
    BookIdentifier,
    BookIsbn,
    BookLanguage,
    BookSeries,
    BookSubject,
    SourceRecord,
)
from books.models.loads import SeenKeys, SourceLoad
from books.models.series import Series
from books.models.word import LostWord, Word

__all__ = [
    "Book", "BookAuthor", "BookCategory", "BookIdentifier", "BookIsbn", "BookLanguage", "BookSeries",
    "BookSubject", "Category", "CategoryAncestor", "Emptied", "LostWord", "SeenKeys", "Series", "SourceLoad",
    "SourceRecord", "Subject", "SubjectSpelling", "Word",
]  # fmt: skip
