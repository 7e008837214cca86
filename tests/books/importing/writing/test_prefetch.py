"""One thread reads and makes ahead; what goes wrong in it shows where its work is used."""

from itertools import chain
from threading import Event

import pytest

from books.importing.writing.prefetch import FIRST_BATCH_DIVISOR, Prefetcher


def items(number, error):
    yield from range(number)
    raise error


def test_lists_grow_to_their_size_and_hold_everything_in_order():
    with Prefetcher(range(100), 16, str) as prefetcher:
        lists = list(iter(prefetcher.next_batch, []))
    assert [len(each) for each in lists] == [16 // FIRST_BATCH_DIVISOR, 6, 9, 14, *[16] * 4, 3]
    assert list(chain.from_iterable(lists)) == [str(number) for number in range(100)]


def test_a_list_ends_with_the_item_that_makes_it_heavy():
    with Prefetcher([5, 5, 1, 30, 2, 2, 2], 400, int, weigh=int, heaviest=10) as prefetcher:
        assert list(iter(prefetcher.next_batch, [])) == [[5, 5], [1, 30], [2, 2, 2]]


def test_what_reading_raised_comes_after_what_was_read():
    with Prefetcher(items(5, ValueError("cut off")), 100, str) as prefetcher:
        assert prefetcher.next_batch() == ["0", "1", "2", "3", "4"]
        with pytest.raises(ValueError, match="cut off"):
            prefetcher.next_batch()


def test_what_is_made_is_used_in_order_and_reading_goes_on_beside_it():
    with Prefetcher(range(10), 10, str) as prefetcher:
        with prefetcher.produce(range(1_000), limit=3) as made:
            prefetcher.start()
            assert list(made) == list(range(1_000))
        assert prefetcher.next_batch() == ["0", "1"]


def test_what_making_raised_is_raised_in_its_place():
    with Prefetcher((), 10, str) as prefetcher, prefetcher.produce(items(2, ValueError("no row")), limit=8) as made:
        assert [next(made), next(made)] == [0, 1]
        with pytest.raises(ValueError, match="no row"):
            next(made)


def test_who_stops_using_what_is_made_need_not_wait_for_it():
    made_so_far = []

    def endless():
        while True:
            made_so_far.append(1)
            yield 1

    with Prefetcher(range(10), 10, str) as prefetcher:
        with prefetcher.produce(endless(), limit=2) as made:
            prefetcher.start()
            assert next(made) == 1
        assert prefetcher.next_batch() == ["0", "1"]
    assert len(made_so_far) <= 8


@pytest.mark.parametrize("limit", [1, 2, 32])
def test_nothing_is_made_once_nobody_wants_it(limit):
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


def test_who_comes_again_while_the_thread_waits_for_input_is_not_kept_waiting():
    given = Event()

    def slow():
        given.wait(60)
        yield 1

    with Prefetcher(slow(), 10, str) as prefetcher:
        prefetcher.start()
        with prefetcher.produce(range(3), limit=2) as made:
            assert list(made) == [0, 1, 2]
        given.set()
        assert prefetcher.next_batch() == ["1"]
