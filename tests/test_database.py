"""What the database itself refuses, whoever writes to it; and what a migration must not lose."""

import pytest
from django.apps import apps
from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import ForeignKey

from authors.models import Author, AuthorHeading
from authors.search import AUTHOR_INDEX
from books.models import Book, BookAuthor, BookIsbn, BookSubject, Category, CategoryAncestor, SourceRecord, Subject
from books.search.indexes import BOOK_INDEX, SUBJECT_INDEX
from core.accounts.models import User
from core.models import RowCount

pytestmark = pytest.mark.django_db


def refused(write):
    """Whether the database refuses `write`."""
    try:
        with transaction.atomic():
            write()
            connection.check_constraints()
    except (IntegrityError, DataError):
        return True
    return False


@pytest.fixture
def book():
    return Book.objects.create(title="T")


@pytest.mark.parametrize("isbn", ["978043902348", "97804390234810", "978043902348X", "1230439023481", "٩٧٨٠٤٣٩٠٢٣٤٨١"])
def test_an_isbn_has_thirteen_digits_and_a_known_prefix(book, isbn):
    assert refused(lambda: BookIsbn.objects.create(book=book, isbn_13=isbn))


def test_a_valid_isbn_is_taken_once_a_book_and_one_is_primary(book):
    BookIsbn.objects.create(book=book, isbn_13="9780439023481", primary=True)
    BookIsbn.objects.create(book=Book.objects.create(title="U"), isbn_13="9780439023481", primary=True)
    assert refused(lambda: BookIsbn.objects.create(book=book, isbn_13="9780439023481"))
    assert refused(lambda: BookIsbn.objects.create(book=book, isbn_13="9780306406157", primary=True))


@pytest.mark.parametrize("year", [0, -5001, 2201])
@pytest.mark.parametrize("column", ["first_published_year", "published_year"])
def test_a_year_is_plausible_and_not_zero(book, column, year):
    assert refused(lambda: Book.objects.filter(pk=book.pk).update(**{column: year}))


@pytest.mark.parametrize("column", ["birth_year", "death_year"])
def test_there_is_no_year_zero_in_a_life(column):
    assert refused(lambda: Author.objects.create(name="A", sort_name="A", **{column: 0}))


@pytest.mark.parametrize("values", [{"rating_average": 5.1}, {"ratings_count": -1}, {"pages": 0}, {"title": ""}])
def test_a_books_numbers_and_title_make_sense(book, values):
    assert refused(lambda: Book.objects.filter(pk=book.pk).update(**values))


def test_slugs_keys_headings_and_credits_are_unique(book):
    author = Author.objects.create(name="A", sort_name="A")
    Category.objects.create(name="C", slug="c")
    Subject.objects.create(name="S", slug="s")
    SourceRecord.objects.create(source="x", key="1", book=book)
    AuthorHeading.objects.create(source="x", heading="A", author=author)
    BookAuthor.objects.create(book=book, author=author)
    BookAuthor.objects.create(book=book, author=author, role="editor")
    assert refused(lambda: Category.objects.create(name="D", slug="c"))
    assert refused(lambda: Category.objects.create(name="C", slug="d"))
    assert refused(lambda: Subject.objects.create(name="T", slug="s"))
    assert refused(lambda: Subject.objects.create(name="S", slug="t"))
    assert refused(lambda: SourceRecord.objects.create(source="x", key="1", book=book))
    assert refused(lambda: AuthorHeading.objects.create(source="x", heading="A", author=author))
    assert refused(lambda: BookAuthor.objects.create(book=book, author=author))


def test_the_tree_paths_name_reserved_for_a_path_is_no_slug():
    assert refused(lambda: Category.objects.create(name="Tree", slug="tree"))


def test_a_category_cannot_stand_below_itself():
    top = Category.objects.create(name="A", slug="a")
    middle = Category.objects.create(name="B", slug="b", parent=top)
    low = Category.objects.create(name="C", slug="c", parent=middle)
    for parent in (top, middle, low):
        assert refused(lambda parent=parent: Category.objects.filter(pk=top.pk).update(parent=parent))
    Category.objects.filter(pk=low.pk).update(parent=top)


def test_moving_a_category_moves_what_stands_below_it():
    a, b = Category.objects.create(name="A", slug="a"), Category.objects.create(name="B", slug="b")
    c = Category.objects.create(name="C", slug="c", parent=a)
    d = Category.objects.create(name="D", slug="d", parent=c)
    c.parent = b
    c.save()
    d.refresh_from_db()
    assert d.path == ["B", "C", "D"]
    above = CategoryAncestor.objects.filter(category=d).values_list("ancestor", flat=True)
    assert set(above) == {b.pk, c.pk, d.pk}
    assert set(Category.objects.within(["a"])) == {a}


def test_a_subject_whose_slug_is_taken_gets_the_next_and_keeps_it():
    slugs = [Subject.objects.create(name=name, kind=kind).slug for name, kind in
             (("Space!", "topic"), ("Space?", "topic"), ("Space", "place"), ("Space", "shelf"))]  # fmt: skip
    assert slugs == ["space", "space-2", "place-space", "shelf-space"]


def test_an_author_with_books_cannot_be_deleted_and_a_source_remembers_a_deleted_book(book):
    author = Author.objects.create(name="A", sort_name="A")
    subject = Subject.objects.create(name="S")
    BookAuthor.objects.create(book=book, author=author)
    BookSubject.objects.create(book=book, subject=subject)
    SourceRecord.objects.create(source="x", key="1", book=book)
    assert refused(lambda: Author.objects.filter(pk=author.pk).delete())
    book.delete()
    assert SourceRecord.objects.get().book is None
    author.delete()


def test_accounts_are_one_whatever_the_case_of_their_address():
    user = User.objects.create_superuser("Ada@Example.org", "a long password")
    assert User.objects.get_by_natural_key("ada@example.ORG") == user
    assert (user.is_staff, user.check_password("a long password")) == (True, True)
    assert refused(lambda: User.objects.create_user("ADA@example.org"))


def test_a_kept_count_is_never_negative():
    RowCount.objects.create(name="book", value=1)
    assert refused(lambda: RowCount.objects.filter(name="book").update(value=-1))


def test_the_triggers_survive_all_migrations():
    query = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        found = {name for (name,) in cursor.fetchall()}
    expected = {"books_category_no_cycle"}
    if connection.vendor == "sqlite":
        expected |= {"books_search_deleted", "authors_search_deleted", "subjects_search_deleted"}
    assert expected <= found


def declared_foreign_keys() -> set[tuple[str, str, str]]:
    """(table, column, table referred to) of each foreign key that the database knows."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT conrelid::regclass::text, attname, confrelid::regclass::text FROM pg_constraint"
                " JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1] WHERE contype = 'f'"
            )
            return set(cursor.fetchall())
        tables = connection.introspection.table_names(cursor)
        found = set()
        for table in tables:
            cursor.execute(f"PRAGMA foreign_key_list({connection.ops.quote_name(table)})")
            found |= {(table, column, parent) for _, _, parent, column, *_ in cursor.fetchall()}
        return found


def test_every_foreign_key_of_a_model_is_one_of_the_database():
    wanted = {
        (model._meta.db_table, field.column, field.related_model._meta.db_table)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_concrete_fields
        if isinstance(field, ForeignKey)
    }
    if connection.vendor == "postgresql":
        wanted |= {(index.table, index.key, index.parent) for index in (AUTHOR_INDEX, BOOK_INDEX, SUBJECT_INDEX)}
    assert len(wanted) > 15
    assert wanted - declared_foreign_keys() == set()
