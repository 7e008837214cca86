"""Prefetching in a background thread; its errors are raised where its results are used."""

from itertools import chain
from threading import Event

import pytest

from books.importing.writing.prefetch import FIRST_BATCH_DIVISOR, Prefetcher


def items(number, error):
    yield from range(number)
    raise error


def test_batches_grow_to_the_full_size_and_have_all_items_in_order():
    with Prefetcher(range(100), 16, str) as prefetcher:
        batches = list(iter(prefetcher.next_batch, []))
    assert [len(each) for each in batches] == [16 // FIRST_BATCH_DIVISOR, 6, 9, 14, *[16] * 4, 3]
    assert list(chain.from_iterable(batches)) == [str(number) for number in range(100)]


def test_a_batch_ends_with_the_item_that_reaches_the_weight():
    with Prefetcher([5, 5, 1, 30, 2, 2, 2], 400, int, weigh=int, heaviest=10) as prefetcher:
        assert list(iter(prefetcher.next_batch, [])) == [[5, 5], [1, 30], [2, 2, 2]]


def test_an_error_of_reading_is_raised_after_the_items_before_it():
    with Prefetcher(items(5, ValueError("cut off")), 100, str) as prefetcher:
        assert prefetcher.next_batch() == ["0", "1", "2", "3", "4"]
        with pytest.raises(ValueError, match="cut off"):
            prefetcher.next_batch()


def test_produced_items_come_in_order_and_the_next_batch_is_read_after_them():
    with Prefetcher(range(10), 10, str) as prefetcher:
        with prefetcher.produce(range(1_000), limit=3) as produced:
            prefetcher.start()
            assert list(produced) == list(range(1_000))
        assert prefetcher.next_batch() == ["0", "1"]


def test_an_error_of_producing_is_raised_after_the_items_before_it():
    with Prefetcher((), 10, str) as prefetcher, prefetcher.produce(items(2, ValueError("no row")), limit=8) as produced:
        assert [next(produced), next(produced)] == [0, 1]
        with pytest.raises(ValueError, match="no row"):
            next(produced)


def test_leaving_early_cancels_an_endless_producer():
    made_so_far = []

    def endless():
        while True:
            made_so_far.append(1)
            yield 1

    with Prefetcher(range(10), 10, str) as prefetcher:
        with prefetcher.produce(endless(), limit=2) as produced:
            prefetcher.start()
            assert next(produced) == 1
        assert prefetcher.next_batch() == ["0", "1"]
    assert len(made_so_far) <= 8


@pytest.mark.parametrize("limit", [1, 2, 32])
def test_no_item_is_produced_after_leaving(limit):
    made_so_far = []

    def counted():
        for number in range(3):
            made_so_far.append(number)
            yield number

    with Prefetcher((), 10, str) as prefetcher:
        with prefetcher.produce(counted(), limit=limit):
            pass
        number = len(made_so_far)
        assert list(prefetcher.thread.submit(list, made_so_far).result()) == made_so_far
        assert len(made_so_far) == number


def test_items_are_iterated_directly_while_the_thread_waits_for_input():
    given = Event()

    def slow():
        given.wait(60)
        yield 1

    with Prefetcher(slow(), 10, str) as prefetcher:
        prefetcher.start()
        with prefetcher.produce(range(3), limit=2) as produced:
            assert list(produced) == [0, 1, 2]
        given.set()
        assert prefetcher.next_batch() == ["1"]
