"""Repair after writes that went past Octavo."""

import pytest

from authors.models import Author
from books.models import Book, Subject
from books.reindexing import reindex
from core.models import RowCount
from tests.support.factories import make_book


@pytest.mark.django_db
def test_everything_derived_is_true_again_after_raw_writes(api):
    book = make_book(
        title="The Sea", languages=["en"], authors=[("Doe, Ann", {"role": "editor"}), "Murdoch, Iris"], subjects=["Sea"]
    )
    alone = make_book(title="Tales", authors=[("Doe, Ann", {"role": "editor"})])
    Book.objects.update(sort_title="x", title_key="x", author_key=None)
    Book.objects.filter(pk=book.pk).update(title="The Ocean")
    Author.objects.update(sort_key="x", match_key="x", books_count=9)
    Subject.objects.update(sort_key="x", books_count=9)
    RowCount.objects.update(value=9)
    assert reindex(lambda *_: None) > 0
    book.refresh_from_db()
    assert (book.sort_title, book.title_key, book.author_key) == ("ocean", "the ocean", "murdoch iris")
    assert Book.objects.get(pk=alone.pk).author_key == "doe ann"
    assert [item["id"] for item in api.get("/api/v1/books/?search=ocean").json()["results"]] == [book.pk]
    assert api.get("/api/v1/books/?search=the sea&title=sea").json()["results"] == []
    assert api.get("/api/v1/books/").json()["count"] == 2
    assert reindex(lambda *_: None) == 0
