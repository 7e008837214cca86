"""Transactions that the database ends for a deadlock are begun anew; others are not."""

import threading

import pytest
from django.db import IntegrityError, OperationalError, connection, connections

from authors.models import Author
from core.database import transactions
from core.database.transactions import in_transaction

pytestmark = pytest.mark.django_db(transaction=True)


def rename_both(first: int, second: int, meet: threading.Barrier, calls: list[int]) -> None:
    """Rename two authors; at the first time both threads have renamed one before either goes on to the other."""

    def write() -> None:
        calls.append(first)
        Author.objects.filter(pk=first).update(bio=f"{first}")
        if calls.count(first) == 1:
            meet.wait(10)
        Author.objects.filter(pk=second).update(bio=f"{first}")

    try:
        in_transaction(write)
    finally:
        connections.close_all()


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
def test_two_that_wait_for_each_other_both_write():
    pks = [Author.objects.create(name=name, sort_name=name).pk for name in "ab"]
    calls: list[int] = []
    meet = threading.Barrier(2)
    threads = [
        threading.Thread(target=rename_both, args=(*order, meet, calls)) for order in (tuple(pks), tuple(pks[::-1]))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    # The last to write wrote both rows.
    assert len(set(Author.objects.values_list("bio", flat=True))) == 1
    assert len(calls) == 3


@pytest.mark.parametrize("error", [IntegrityError("taken"), OperationalError("away"), ZeroDivisionError()])
def test_other_errors_end_it_at_once_and_nothing_is_written(error):
    calls: list[int] = []

    def write() -> None:
        calls.append(1)
        Author.objects.create(name="A", sort_name="A")
        raise error

    with pytest.raises(type(error)):
        in_transaction(write)
    assert (len(calls), Author.objects.count()) == (1, 0)


def test_a_deadlock_without_end_is_raised():
    calls: list[int] = []

    class Deadlock(Exception):
        sqlstate = "40P01"

    def write() -> None:
        calls.append(1)
        raise OperationalError("deadlock detected") from Deadlock()

    with pytest.raises(OperationalError):
        in_transaction(write)
    assert len(calls) == transactions.ATTEMPTS
