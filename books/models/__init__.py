"""The catalogue's tables."""

from books.models.book import Book
from books.models.classification import Category, CategoryAncestor, Subject
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
from books.models.word import LostWord, Word

__all__ = [
    "Book", "BookAuthor", "BookCategory", "BookIdentifier", "BookIsbn", "BookLanguage", "BookSeries",
    "BookSubject", "Category", "CategoryAncestor", "Emptied", "LostWord", "SourceRecord", "Subject", "Word",
]  # fmt: skip
