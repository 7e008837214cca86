"""Records to load, and the whole catalogue as plain values without ids, to compare one load with another."""

import json
from typing import Any

from django.db import connection

from authors.models import Author, AuthorHeading
from authors.search import AUTHOR_INDEX
from books.importing.loader import load
from books.importing.parsing.headings import parse_heading
from books.importing.records import Credit, Record, Topic
from books.models import Book, Category, Series, Subject
from books.search.indexes import BOOK_INDEX, SUBJECT_INDEX
from books.search.indexing import index_authors, index_books, index_subjects
from core.models import RowCount

ISBN, OTHER_ISBN, THIRD_ISBN = "9780439023481", "9780306406157", "9781861972712"


def credit(heading, role="author", **fields):
    """A credit as readers make it from a heading."""
    return Credit(**{**parse_heading(heading)._asdict(), "heading": heading, "role": role, **fields})


PRIDE: dict[str, Any] = {
    "title": "Pride and Prejudice",
    "subtitle": "A Novel",
    "part": "Volume 1",
    "credits": [credit("Austen, Jane, 1775-1817"), credit("Brock, C. E., 1870-1938", "illustrator", note="some")],
    "categories": [("Fiction", "Romance"), ("Fiction",)],
    "subjects": [Topic("Courtship"), Topic("England", "place"), Topic("PR", "class"), Topic("Best Books", "shelf")],
    "series": [("Works", "2")],
    "languages": ["en", "fr"],
    "original_languages": ["en"],
    "first_published_year": 1813,
    "published_year": 1994,
    "published": "1994-06",
    "publisher": "Egerton",
    "pages": 300,
    "format": "text",
    "identifiers": [("gutenberg", "1342"), ("oclc", "7")],
    "isbns": [ISBN, OTHER_ISBN],
    "links": [("source", "text/html", "https://example.org/1342")],
    "description": "First impressions.",
    "cover": {"small": "https://example.org/s.jpg"},
    "rating_average": 4.25,
    "ratings_count": 10,
    "popularity": 99,
    "work": "first:w1",
    "extra": {"issued": "1998"},
}
"""What a record can say at most."""

COLUMNS = (
    "title", "subtitle", "part", "languages", "original_languages", "first_published_year", "published_year",
    "published", "publisher", "pages", "format", "isbn_13", "work", "links", "description", "cover",
    "rating_average", "ratings_count", "popularity", "extra", "curated", "sort_title", "title_key", "author_key",
)  # fmt: skip


def record(key="1", title="A Title", **fields):
    """A record whose position is its key, if that is a number."""
    position = fields.pop("position", int(key) if key.isdigit() else 1)
    return Record(key=key, position=position, title=title, **fields)


def counts(*items, source="first", **options):
    """What became of `items`, without what is zero."""
    return {name: number for name, number in load(iter(items), source, **options).counts.items() if number}


def rejections(*items, source="first", **options):
    """The position and the reason of each rejection."""
    return [(each.position, each.reason) for each in load(iter(items), source, **options).rejections]


def catalogue():
    """Every row that a load writes, by names and keys."""
    books = Book.objects.select_related("category").prefetch_related(
        "credits__author", "shelvings__category", "subject_links__subject", "language_links",
        "series_links__series",
        "identifiers", "isbns", "source_records",
    )  # fmt: skip
    return {
        "books": {min((r.source, r.key) for r in book.source_records.all()): _book(book) for book in books},
        "authors": sorted(
            Author.objects.values_list(
                "name", "sort_name", "kind", "alternate_names", "birth_year", "death_year", "books_count"
            ),
            key=repr,
        ),
        "headings": sorted(AuthorHeading.objects.values_list("source", "heading", "author__name")),
        "categories": sorted(Category.objects.values_list("slug", "path", "books_count")),
        "series": sorted(Series.objects.values_list("slug", "name", "books_count")),
        "subjects": sorted(Subject.objects.values_list("slug", "name", "kind", "books_count")),
        "lists": dict(RowCount.objects.filter(value__gt=0).values_list("name", "value")),
    }


def _book(book):
    return {
        **{column: getattr(book, column) for column in COLUMNS},
        "category": book.category and book.category.slug,
        "authors": [(link.author.name, link.role, link.note, link.position) for link in book.credits.all()],
        "categories": [(link.category.slug, link.position) for link in book.shelvings.all()],
        "subjects": [(link.subject.slug, link.position) for link in book.subject_links.all()],
        "language_links": sorted(link.code for link in book.language_links.all()),
        "series": [(link.series.slug, link.position, link.position_key) for link in book.series_links.all()],
        "identifiers": [(link.scheme, link.value) for link in book.identifiers.all()],
        "isbns": sorted((link.isbn_13, link.primary) for link in book.isbns.all()),
    }


def index_rows():
    """The rows of the search indexes as they are, and as they are after indexing everything anew."""
    before = stored_index_rows()
    index_authors(connection, Author.objects.values_list("pk", flat=True))
    index_subjects(connection, Subject.objects.values_list("pk", flat=True))
    index_books(connection, Book.objects.values_list("pk", flat=True))
    return before, stored_index_rows()


def stored_index_rows():
    """The rows of the search indexes as they are, as one text."""
    rows = []
    for index in (AUTHOR_INDEX, SUBJECT_INDEX, BOOK_INDEX):
        columns = ", ".join(index.row_columns(connection.vendor))
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {columns} FROM {index.table} ORDER BY 1")
            rows.append(cursor.fetchall())
    return json.dumps(rows)
