"""References that PostgreSQL checks once a statement hold what foreign keys held."""

from contextlib import contextmanager
from threading import Thread

import pytest
from django.db import IntegrityError, NotSupportedError, connection, connections, transaction
from django.db.migrations.executor import MigrationExecutor

from authors.models import Author
from books.models import Book, BookAuthor, BookSubject, Category, SourceRecord
from tests.support.factories import make_author, make_book, make_category

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite keeps its foreign keys"),
]


def run(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.rowcount


def test_a_row_refers_only_to_one_that_is_there():
    book = make_book(title="Emma")
    with pytest.raises(IntegrityError, match="refers by author_id to 999"):
        run(
            "INSERT INTO books_bookauthor (book_id, author_id, role, note, position) VALUES (%s, 999, 'author', '', 0)",
            book.pk,
        )
    with pytest.raises(IntegrityError, match="refers by book_id to 888"):
        BookSubject.objects.bulk_create([BookSubject(book_id=888, subject_id=1)])
    with pytest.raises(IntegrityError, match="refers by category_id to 777"):
        run("UPDATE books_book SET category_id = 777")


def test_null_refers_to_nothing():
    make_book(title="Emma")
    assert run("UPDATE books_book SET category_id = NULL") == 1
    SourceRecord.objects.create(source="test", key="1", book=None, digest="")


def test_what_is_referred_to_stays():
    book = make_book(title="Emma", authors=["Austen, Jane"], categories=[make_category("Fiction")])
    for sql in (
        "DELETE FROM books_book",
        "DELETE FROM authors_author",
        "DELETE FROM books_category WHERE parent_id IS NULL",
        "UPDATE books_book SET id = id + 1000",
        "TRUNCATE books_book",
    ):
        with pytest.raises(IntegrityError, match="still refers by"):
            run(sql)
    book.delete()
    assert run("DELETE FROM authors_author") == 1
    Category.objects.all().delete()


@pytest.mark.parametrize("sql", ["DELETE FROM books_book", "TRUNCATE books_book"])
def test_rows_are_deleted_only_where_everybody_who_refers_to_them_is_seen(sql):
    make_book(title="Emma")
    with transaction.atomic():
        run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        with pytest.raises(NotSupportedError, match="READ COMMITTED"), transaction.atomic():
            run(sql)


def test_tables_are_what_they_are_whatever_a_session_calls_so():
    book = make_book(title="Emma")
    insert = "INSERT INTO public.books_bookauthor (book_id, author_id, role, note, position)"
    with transaction.atomic():
        run("CREATE TEMPORARY TABLE authors_author ON COMMIT DROP AS SELECT 999 AS id")
        with pytest.raises(IntegrityError, match="refers by author_id to 999"), transaction.atomic():
            run(f"{insert} VALUES (%s, 999, 'author', '', 0)", book.pk)
    with transaction.atomic():
        run("SET LOCAL search_path = ''")
        with pytest.raises(IntegrityError, match="refers by author_id to 999"), transaction.atomic():
            run(f"{insert} VALUES (%s, 999, 'author', '', 0)", book.pk)


@contextmanager
def beside(act):
    """A transaction, at whose end `act` waits in another; then a list of the error that it met, or None."""
    met: list[IntegrityError | None] = []

    def other():
        try:
            act()
            met.append(None)
        except IntegrityError as error:
            met.append(error)
        finally:
            connections.close_all()

    thread = Thread(target=other)
    with transaction.atomic():
        yield met
        thread.start()
        while not run("SELECT 1 FROM pg_locks WHERE NOT granted"):
            assert thread.is_alive()
    thread.join()


def test_nobody_deletes_what_another_is_about_to_refer_to():
    book, author = make_book(title="Emma"), make_author("Austen, Jane")
    with beside(lambda: run("DELETE FROM authors_author WHERE id = %s", author.pk)) as met:
        BookAuthor.objects.create(book=book, author=author)
    assert isinstance(met[0], IntegrityError)
    assert Author.objects.count() == 1


def test_nobody_deletes_what_another_has_changed_and_refers_to():
    book, author = make_book(title="Emma"), make_author("Austen, Jane")
    with beside(lambda: run("DELETE FROM authors_author WHERE id = %s", author.pk)) as met:
        Author.objects.filter(pk=author.pk).update(bio="A lady")
        BookAuthor.objects.create(book=book, author=author)
    assert isinstance(met[0], IntegrityError)
    assert Author.objects.count() == 1


def test_only_what_others_can_see_is_locked():
    author = make_author("Austen, Jane")
    with transaction.atomic():
        book = make_book(title="Emma")
        BookAuthor.objects.create(book=book, author=author)
        with connection.cursor() as cursor:
            cursor.execute("SELECT (SELECT xmax = '0' FROM books_book), (SELECT xmax = '0' FROM authors_author)")
            assert cursor.fetchone() == (True, False)


def test_nobody_refers_to_what_another_has_deleted():
    book, author = make_book(title="Emma"), make_author("Austen, Jane")
    with beside(lambda: BookAuthor.objects.create(book=book, author=author)) as met:
        run("DELETE FROM authors_author WHERE id = %s", author.pk)
    assert isinstance(met[0], IntegrityError)
    assert not BookAuthor.objects.exists()


def test_the_migration_can_be_undone():
    Book.objects.all().delete()
    executor = MigrationExecutor(connection)
    try:
        executor.migrate([("books", "0008_sample_order")])
        with pytest.raises(IntegrityError, match="violates foreign key constraint"):
            run("INSERT INTO books_booklanguage (book_id, code) VALUES (888, 'en')")
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
    with pytest.raises(IntegrityError, match="refers by book_id to 888"):
        run("INSERT INTO books_booklanguage (book_id, code) VALUES (888, 'en')")
