"""Generated catalogues: of the real one's shape, the same again, everything derived in step, and all or nothing."""

import hashlib
import io
import json
from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count

from authors.models import Author
from benchmarks.generating.catalogue import NotEmptyError, SeedTakenError, generate
from benchmarks.generating.categories import CATEGORIES
from benchmarks.generating.command import Command
from benchmarks.generating.processes import produced
from benchmarks.generating.rows import BOOKS, Plan, Rows
from books.models import Book, BookAuthor, BookCategory, BookIsbn, BookSubject, Category, Subject
from books.reindexing import reindex
from books.standards.isbn import isbn13
from core.models import RowCount
from core.progress import ProgressDisplay
from core.text import words
from tests.books.catalogue import catalogue, index_rows
from tests.support.factories import make_book

BOOKS_MADE = 2_500
DIGEST = "97840a2b3f786159"
"""Of the catalogue of 300 books with seed 7, whichever database it is in."""


def make(books, seed=1, *, add=False, meter=None):
    """Generate quietly."""
    generate(books, seed, add=add, meter=meter or ProgressDisplay(io.StringIO()))


def definitions():
    """Every index, key and check of the database, by table."""
    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names(cursor) if name.startswith(("books", "auth"))]
        found = {table: connection.introspection.get_constraints(cursor, table) for table in tables}
    return json.dumps(found, default=str, sort_keys=True)


@pytest.mark.django_db
def test_a_generated_catalogue_has_the_shape_of_a_real_one():
    make(BOOKS_MADE)
    books = Book.objects.count()
    assert books == BOOKS_MADE
    assert 300 <= 1_000 * Author.objects.count() / books <= 380
    by_author = Counter(BookAuthor.objects.exclude(author__kind="placeholder").values_list("author", flat=True))
    assert 0.4 <= sum(number == 1 for number in by_author.values()) / len(by_author) <= 0.8
    assert by_author.most_common(1)[0][1] >= 8
    assert 0.95 <= BookAuthor.objects.count() / books <= 1.15
    assert 2.0 <= BookCategory.objects.count() / books <= 2.6
    assert 3.2 <= BookSubject.objects.count() / books <= 4.2
    titles = [words(title) for title in Book.objects.values_list("title", flat=True)]
    assert 5 <= sum(map(len, titles)) / books <= 7
    assert 0.3 <= sum("the" in title for title in titles) / books <= 0.5
    assert Book.objects.filter(languages=["en"]).count() / books == pytest.approx(0.79, abs=0.04)
    assert Book.objects.filter(popularity=None).exists()
    assert Category.objects.count() > len(CATEGORIES)
    assert Category.objects.get(slug="history").books_count > Category.objects.get(slug="mathematics").books_count
    assert set(Author.objects.values_list("kind", flat=True)) == {"person", "organisation", "placeholder"}
    assert Book.objects.filter(first_published_year=None).exists()
    assert all(isbn13(isbn) == isbn for isbn in BookIsbn.objects.values_list("isbn_13", flat=True))
    assert BookIsbn.objects.count() == Book.objects.exclude(isbn_13=None).count() > books / 10


@pytest.mark.django_db
def test_everything_derived_is_in_step():
    make(300)
    before, moments = catalogue(), dict(Book.objects.values_list("pk", "updated_at"))
    assert reindex(lambda *_: None) == 0
    assert catalogue() == before
    assert dict(Book.objects.values_list("pk", "updated_at")) == moments
    indexed, anew = index_rows()
    assert indexed == anew
    assert not Author.objects.filter(books_count=0).exists()
    assert not Subject.objects.filter(books_count=0).exists()
    assert not Book.objects.annotate(n=Count("authors")).filter(n=0).exclude(author_key=None).exists()
    assert len(set(Book.objects.values_list("sample_key", flat=True))) > 290


@pytest.mark.django_db
def test_the_same_seed_makes_the_same_catalogue_and_another_one_another():
    make(300, seed=7)
    made = catalogue()
    made["books"] = sorted(made["books"].items())
    text = json.dumps(made, default=str, sort_keys=True)
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == DIGEST
    make(300, seed=8, add=True)
    titles = dict(Book.objects.filter(identifiers__value="9").values_list("identifiers__scheme", "title"))
    assert titles["generated_7"] != titles["generated_8"]


@pytest.mark.django_db
def test_every_index_and_key_is_there_afterwards():
    before = definitions()
    make(50)
    assert definitions() == before


@pytest.mark.django_db
def test_a_catalogue_with_books_is_left_alone_unless_told_and_then_added_to():
    book = make_book(title="Here first", subjects=["Sea"], categories=[("History", "Ancient")])
    with pytest.raises(NotEmptyError):
        make(100)
    assert Book.objects.count() == 1
    make(100, add=True)
    with pytest.raises(SeedTakenError):
        make(100, add=True)
    make(100, seed=2, add=True)
    assert Book.objects.count() == RowCount.objects.get(name="book").value == 201
    assert Book.objects.get(pk=book.pk).title == "Here first"
    before = list(Book.objects.order_by("pk").values()), list(Subject.objects.order_by("pk").values())
    assert reindex(lambda *_: None) == 0
    assert (list(Book.objects.order_by("pk").values()), list(Subject.objects.order_by("pk").values())) == before


@pytest.mark.django_db(transaction=True)
def test_what_is_interrupted_leaves_the_catalogue_empty_and_whole():
    class Breaking(ProgressDisplay):
        def begin(self, label, total, unit):
            super().begin(label, total, unit)
            if label == "Indexing":
                raise KeyboardInterrupt

    before = definitions()
    with pytest.raises(KeyboardInterrupt):
        make(50, meter=Breaking(io.StringIO()))
    assert definitions() == before
    assert not Book.objects.exists()
    assert not Category.objects.exists()
    assert not RowCount.objects.filter(value__gt=0).exists()


@pytest.mark.django_db(transaction=True)
def test_the_command_says_what_it_did_and_refuses_in_one_line():
    out = io.StringIO()
    call_command(Command(), "--books=40", "--seed=3", stdout=out)
    assert out.getvalue().startswith("40 books in ")
    with pytest.raises(CommandError, match="--add"):
        call_command(Command(), "--books=40", stdout=out)
    with pytest.raises(CommandError, match="seed 3"):
        call_command(Command(), "--books=40", "--seed=3", "--add", stdout=out)
    with pytest.raises(CommandError, match="--books"):
        call_command(Command(), "--books=0", stdout=out)


@pytest.mark.parametrize("vendor", ["postgresql", "sqlite"])
def test_processes_make_what_one_alone_makes(vendor):
    size = BOOKS + 3
    plan = Plan(
        books=size, seed=5, vendor=vendor, zone="", book_ids=range(1, size + 1), author_ids=range(1, size),
        subject_ids={kind: range(1, size * 9) for kind in ("topic", "class", "shelf")},
        series_ids=range(1, size * 9),
        shelvings=[(number,) for number in range(len(CATEGORIES))],
    )  # fmt: skip
    alone = Rows(plan)
    assert list(produced(Rows, plan, 2)) == [alone.chunk(0), alone.chunk(1)]
