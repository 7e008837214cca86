"""The tables that refer to a book: authors, categories, subjects, languages, series, numbers, source records."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from authors.models import Author
from books.models.book import Book
from books.models.classification import Category, Subject
from books.models.series import Series
from core.database.fields import FoldedField


class BookAuthor(models.Model):
    """A credit: an author of a book in one role, with the position on the title page."""

    pk = models.CompositePrimaryKey("book", "author", "role")
    book = models.ForeignKey(Book, models.CASCADE, related_name="credits", db_index=False)
    author = models.ForeignKey(Author, models.PROTECT, related_name="credits", db_index=False)
    role = models.CharField(max_length=40, default="author")
    note = models.CharField(max_length=200, blank=True)
    position = models.SmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "author_id", "role"]
        indexes: ClassVar = [
            models.Index(fields=["author", "book"], name="author_book"),
            models.Index(fields=["role", "book"], name="role_book", condition=~Q(role="author")),
        ]


class BookCategory(models.Model):
    """A category that a book itself was put in. That the book is in the categories above follows from the tree."""

    pk = models.CompositePrimaryKey("book", "category")
    book = models.ForeignKey(Book, models.CASCADE, related_name="shelvings", db_index=False)
    category = models.ForeignKey(Category, models.PROTECT, related_name="shelvings", db_index=False)
    position = models.SmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "category_id"]
        indexes: ClassVar = [models.Index(fields=["category", "book"], name="category_book")]


class BookSubject(models.Model):
    """A subject term of a book, in the source's order; `spelling` is the number of its SubjectSpelling, null for 0."""

    pk = models.CompositePrimaryKey("book", "subject")
    book = models.ForeignKey(Book, models.CASCADE, related_name="subject_links", db_index=False)
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="book_links", db_index=False)
    position = models.SmallIntegerField(default=0)
    spelling = models.SmallIntegerField(null=True, editable=False)

    class Meta:
        ordering: ClassVar = ["position", "subject_id"]
        indexes: ClassVar = [models.Index(fields=["subject", "book"], name="subject_book")]


class BookLanguage(models.Model):
    """A language of a book, for filters; the column `Book.languages` has all of them, in order."""

    pk = models.CompositePrimaryKey("book", "code")
    book = models.ForeignKey(Book, models.CASCADE, related_name="language_links", db_index=False)
    code = models.CharField(max_length=8)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["code", "book"], name="language_book")]


class BookSeries(models.Model):
    """A series a book stands in, and where ("1", "1-3", "0.5" or nothing); `position_key` sorts the places."""

    book = models.ForeignKey(Book, models.CASCADE, related_name="series_links", db_index=False)
    series = models.ForeignKey(Series, models.PROTECT, related_name="book_links", db_index=False)
    position = models.CharField(max_length=40, blank=True)
    position_key = FoldedField(null=True, editable=False)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["book", "series", "position"], name="book_series_once")
        ]
        indexes: ClassVar = [models.Index(fields=["series", "book", "position_key"], name="series_place")]


class BookIdentifier(models.Model):
    """A number that a book has elsewhere, by the scheme that gave it: `gutenberg` 1342."""

    book = models.ForeignKey(Book, models.CASCADE, related_name="identifiers", db_index=False)
    scheme = models.CharField(max_length=40)
    value = models.CharField(max_length=200)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["book", "scheme", "value"], name="book_identifier_once")
        ]
        indexes: ClassVar = [models.Index(fields=["scheme", "value"], name="identifier_book")]


class BookIsbn(models.Model):
    """An ISBN of a book; several books may have the same one."""

    book = models.ForeignKey(Book, models.CASCADE, related_name="isbns", db_index=False)
    isbn_13 = models.CharField(max_length=13)
    primary = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["book", "isbn_13"], name="book_isbn_once"),
            models.UniqueConstraint(fields=["book"], condition=Q(primary=True), name="book_primary_isbn"),
            models.CheckConstraint(
                condition=Q(isbn_13__digits=13) & (Q(isbn_13__startswith="978") | Q(isbn_13__startswith="979")),
                name="isbn_13_form",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["isbn_13", "book"], name="isbn_book")]


class SourceRecord(models.Model):
    """A source's record of a book: the key that the source knows it by, a hash of it, and the fields that it set.

    It remains when the book is deleted, so that the next load does not add the book again.
    """

    source = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    book = models.ForeignKey(Book, models.SET_NULL, null=True, related_name="source_records")
    digest = models.CharField(max_length=32)
    set_fields = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "key"], name="source_key")]
