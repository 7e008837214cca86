"""The catalogue's tables."""

from books.models.book import Book
from books.models.classification import Category, CategoryAncestor, Subject
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

__all__ = [
    "Book", "BookAuthor", "BookCategory", "BookIdentifier", "BookIsbn", "BookLanguage", "BookSeries",
    "BookSubject", "Category", "CategoryAncestor", "SourceRecord", "Subject",
]  # fmt: skip
