"""Statements compiled once: the values change, the text does not."""

from functools import partial

import pytest

from books.models import Book
from core.database.keyset import Term, page
from core.database.statements import Slot, Statement, Statements
from tests.support.factories import make_book

COLUMNS = {field.name: field for field in Book._meta.concrete_fields}
ORDER = (Term("popularity", descending=True, nullable=True), Term("sort_title"), Term("id"))


def after(*names):
    """The statement of a page after a key with these columns open."""
    key = [Slot(index, COLUMNS[name]) if name else None for index, name in enumerate(names)]
    return Statement.of(page(Book.objects.all(), ORDER, limit=2, after=key).values_list("title"))


@pytest.mark.django_db
def test_a_statement_answers_for_any_values():
    books = [make_book(title=title, popularity=popularity) for title, popularity in (("A", 9), ("B", 9), ("C", 3))]
    make_book(title="D")
    statement = after("popularity", "sort_title", "id")
    found = [statement.run("default", [b.popularity, b.sort_title, b.pk]) for b in books]
    assert found == [[("B",), ("C",)], [("C",), ("D",)], [("D",)]]
    among_nulls = after(None, "sort_title", "id")
    assert among_nulls.run("default", [None, "c", 0]) == [("D",)]
    assert among_nulls.run("default", [None, "e", 0]) == []


@pytest.mark.django_db
def test_a_value_is_a_parameter_and_never_text():
    make_book(title="A")
    statement = Statement.of(Book.objects.filter(title=Slot(0, COLUMNS["title"])).values_list("title"))
    assert statement.run("default", ["A' OR '1'='1"]) == []
    assert statement.run("default", ["A"]) == [("A",)]


@pytest.mark.django_db
def test_values_that_stay_the_same_keep_their_percent_signs_and_quotes():
    title = "100% 'sure' %s %% \\"
    make_book(title=title, popularity=7)
    rows = Book.objects.filter(title=title, popularity=Slot(0, COLUMNS["popularity"])).values_list("title")
    assert Statement.of(rows).run("default", [7]) == [(title,)]
    assert Statement.of(Book.objects.filter(title__contains="% 's").values_list("title")).run("default") == [(title,)]


def test_a_statement_is_compiled_once_and_the_least_used_is_forgotten():
    statements, compiled = Statements(bound=2), []

    def rows(name):
        compiled.append(name)
        return Book.objects.values_list(name)

    for name in ("id", "title", "id", "work", "id", "title"):
        assert name in statements.get(name, partial(rows, name)).sql
    assert compiled == ["id", "title", "work", "title"]
