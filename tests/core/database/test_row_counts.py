"""Row counts are written at the end of a transaction, in one order."""

import threading

import pytest
from django.db import connection

from core.database.row_counts import add_row_counts
from core.database.transactions import in_transaction
from core.models import RowCount


def counts():
    return dict(RowCount.objects.filter(name__startswith="test:").values_list("name", "value"))


@pytest.mark.django_db(transaction=True)
def test_they_are_written_at_the_end_and_not_at_all_if_the_transaction_fails():
    def write():
        add_row_counts(connection, {"test:a": 2})
        add_row_counts(connection, {"test:a": -1, "test:b": 3})
        assert counts() == {}

    in_transaction(write)
    assert counts() == {"test:a": 1, "test:b": 3}

    def fail():
        add_row_counts(connection, {"test:a": 5})
        raise LookupError

    with pytest.raises(LookupError):
        in_transaction(fail)
    assert counts() == {"test:a": 1, "test:b": 3}
    add_row_counts(connection, {"test:a": 1})
    assert counts() == {"test:a": 2, "test:b": 3}


@pytest.mark.django_db(transaction=True)
def test_a_transaction_within_another_leaves_them_to_it():
    def inner():
        add_row_counts(connection, {"test:a": 1})

    def outer():
        in_transaction(inner)
        assert counts() == {}

    in_transaction(outer)
    assert counts() == {"test:a": 1}


@pytest.mark.django_db(transaction=True)
def test_two_transactions_that_add_in_turned_order_do_not_wait_for_each_other():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    add_row_counts(connection, {"test:a": 1, "test:b": 1})
    both, calls = threading.Barrier(2), []

    def write(first, second):
        def added():
            calls.append(first)
            add_row_counts(connection, {first: 1})
            if len(calls) <= 2:
                both.wait(30)
            add_row_counts(connection, {second: 1})

        try:
            in_transaction(added)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=names) for names in (("test:a", "test:b"), ("test:b", "test:a"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(calls) == ["test:a", "test:b"]
    assert counts() == {"test:a": 3, "test:b": 3}
