"""Books of a renamed author or category: few are renewed with it, many by a job that survives being killed."""

import os
import signal
import subprocess
import sys
import time
from typing import Any

import pytest
from rest_framework.test import APIClient

from books.authority import renew_books
from books.editing import renewal
from books.tasks import renew, sweep
from core.jobs.models import Job
from tests.api.writing.test_authors import found, in_order
from tests.api.writing.test_series import editor, send
from tests.conftest import ROOT, Server
from tests.support.factories import make_author, make_book

BOOKS = 5


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three books are many, and a job renews two at a time."""
    monkeypatch.setattr(renewal, "AT_ONCE", BOOKS - 1)
    monkeypatch.setattr(renewal, "CHUNK", 2)


def titles() -> list[str]:
    return [f"Book {number}" for number in range(BOOKS)]


def renamed(api: APIClient, resource: str) -> None:
    """Give the author or the category of BOOKS books the name Newname."""
    shared: Any = (
        {"authors": [make_author("Old, Anne")]} if resource == "authors" else {"categories": [("Old", "Below")]}
    )
    for title in titles():
        book = make_book(title=title, popularity=1, **shared)
    key = book.credits.get().author_id if resource == "authors" else "old"
    body = {"name": "Newname"}
    assert send(api, "PATCH", f"/api/v1/{resource}/{key}/", body).json()["name"] == "Newname"


QUERIES = {"authors": ("search=newname", "search=anne"), "categories": ("topic=newname", "topic=old")}


@pytest.mark.django_db
@pytest.mark.parametrize("resource", QUERIES)
def test_few_books_are_renewed_with_the_change(resource):
    renamed(editor(), resource)
    assert [found(query) for query in QUERIES[resource]] == [titles(), []]
    assert not Job.objects.exists()
    in_order()


@pytest.mark.django_db
@pytest.mark.parametrize("resource", QUERIES)
def test_many_books_are_renewed_by_a_job(few, resource, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        renamed(editor(), resource)
    assert [callback.__name__ for callback in callbacks] == ["_wake"]
    job = Job.objects.get()
    assert (job.kind, job.state) == ("renew", "queued")
    assert [found(query) for query in QUERIES[resource]] == [[], titles()]
    assert renew() == 1
    job.refresh_from_db()
    assert job.state == "succeeded"
    assert [found(query) for query in QUERIES[resource]] == [titles(), []]
    in_order()
    assert (renew(), sweep()) == (0, 0)


@pytest.mark.django_db
def test_a_job_that_was_killed_is_gone_on_with(few, monkeypatch, django_capture_on_commit_callbacks):
    renamed(editor(), "authors")
    calls: list[list[int]] = []

    def killed(books: list[int]) -> None:
        calls.append(books)
        if len(calls) == 2:
            raise SystemExit
        renew_books(books)

    monkeypatch.setattr(renewal, "renew_books", killed)
    with pytest.raises(SystemExit), django_capture_on_commit_callbacks(execute=True):
        renew()
    job = Job.objects.get()
    assert (job.state, job.progress["done"]) == ("running", 2)
    assert sweep() == 1
    assert [len(books) for books in calls] == [2, 2, 2, 1]
    assert found("author_name=newname") == titles()
    in_order()


RUN = """
import time
from books.editing import renewal
renewal.CHUNK = 1
renew_books = renewal.renew_books
def slowly(books):
    time.sleep(0.1)
    renew_books(books)
renewal.renew_books = slowly
renewal.run_renewals()
"""
MANY = """
from authors.models import Author
from books.editing import renewal
from books.editing.authors import AuthorEditor
from core.database.transactions import in_transaction
from tests.support.factories import make_author, make_book
renewal.AT_ONCE = 10
author = make_author("Old, Anne")
for number in range(200):
    make_book(title=f"Killed {number}", authors=[author])
in_transaction(lambda: AuthorEditor().change(author, {"name": "Survivor"}))
"""
STATE = (
    "from core.jobs.models import Job; job = Job.objects.get(kind='renew'); print(job.state, job.progress.get('done'))"
)


def test_a_job_survives_kill_9(live: Server):
    """On the real database, by another process, killed by the kernel's hand in the middle."""
    shell = ("shell", "--verbosity", "0", "--command")
    live.manage(*shell, MANY)
    process = subprocess.Popen([sys.executable, "manage.py", *shell, RUN], cwd=ROOT, env=live.env)
    deadline = time.monotonic() + 60
    while "None" in live.manage(*shell, STATE):
        assert time.monotonic() < deadline
    os.kill(process.pid, signal.SIGKILL)
    process.wait(30)
    left, done = live.manage(*shell, STATE).split()
    assert left == "running"
    assert 0 < int(done) < 200
    live.manage(*shell, "from books.tasks import sweep; sweep()")
    assert live.manage(*shell, STATE).split() == ["succeeded", "200"]
    assert live.get("/api/v1/books/?author_name=survivor&count=exact").json()["count"] == 200
