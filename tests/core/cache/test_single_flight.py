"""The rule by which requests share a question and a trip; and that each way to break it gives a stale answer."""

import asyncio
from typing import Any

import pytest

from core.cache.middleware import ResponseCacheMiddleware
from core.cache.single_flight import SingleFlight
from core.freshness.snapshot_connection import SnapshotConnection
from core.metrics import Counts
from tests.core.cache.test_middleware import BOOKS, until
from tests.freshness.bugs import TakesOlder, joins_sent
from tests.support.asgi import Library, Source, ask


class CacheHarness(Library):
    """An edge around a library that can be held."""

    def __init__(self, flights=SingleFlight):
        kind = type(
            "HallEdge",
            (ResponseCacheMiddleware,),
            {"make_source": staticmethod(Source), "single_flight_class": flights},
        )
        self.edge = kind(self.answer, enabled=True)
        super().__init__(self.edge.source)

    async def answer(self, scope, receive, send):
        await self(scope, receive, send)

    def read(self):
        """A read that has begun, and what was committed by then."""
        return asyncio.create_task(ask(self.edge, BOOKS)), self.source.number


async def reads_around_commits(hall):
    """Reads before and after a commit while a trip is held that has read its rows but not answered."""
    hall.after.clear()
    reads = [hall.read()]
    await until(lambda: len(hall.trips) == 1)
    reads.append(hall.read())
    await asyncio.sleep(0.01)
    assert len(hall.trips) == 1, "a read of the same generation shares the trip"
    hall.source.number += 1
    reads += [hall.read(), hall.read()]
    await asyncio.sleep(0.01)
    hall.after.set()
    return [(int((await task).body), known) for task, known in reads], len(hall.trips)


def test_a_trip_is_shared_by_those_who_heard_its_generation_and_one_more_serves_all_who_came_later():
    reads, trips = asyncio.run(reads_around_commits(CacheHarness()))
    assert reads == [(0, 0), (0, 0), (1, 1), (1, 1)]
    assert trips == 2


def test_taking_a_shared_trip_that_is_older_than_ones_arrival_is_stale():
    reads, _ = asyncio.run(reads_around_commits(CacheHarness(TakesOlder)))
    assert any(read < known for read, known in reads)


def test_a_generation_asked_for_before_the_request_came_is_stale():
    async def scenario(early):
        hall = CacheHarness()
        inner, heard = hall.source.ask, await hall.source.ask()

        async def ask_early():
            nonlocal heard
            before, heard = heard, await inner()
            return before

        if early:
            hall.source.ask = ask_early  # type: ignore[method-assign]
        reads = []
        for _ in range(3):
            reads += [hall.read(), hall.read()]
            await asyncio.sleep(0.01)
            hall.source.number += 1
        return [(int((await task).body), known) for task, known in reads]

    assert all(read >= known for read, known in asyncio.run(scenario(early=False)))
    assert any(read < known for read, known in asyncio.run(scenario(early=True)))


async def many_reads_over_many_commits():
    hall = CacheHarness()
    reads = []
    for _ in range(30):
        hall.source.number += 1
        reads += [hall.read() for _ in range(4)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    return [(int((await task).body), known) for task, known in reads], len(hall.trips)


def test_under_constant_commits_each_read_is_fresh_and_trips_do_not_pile_up():
    reads, trips = asyncio.run(many_reads_over_many_commits())
    assert all(read >= known for read, known in reads)
    assert trips < 60


def test_what_was_read_over_a_commit_is_filed_where_nobody_finds_it():
    async def scenario():
        hall = CacheHarness()
        hall.before.clear()
        task, _ = hall.read()
        await until(lambda: hall.trips)
        hall.source.number += 1
        hall.before.set()
        first = (await task).body
        return first, (await ask(hall.edge, BOOKS)).body, len(hall.trips), hall.edge.counts.hits

    assert asyncio.run(scenario()) == (b"1", b"1", 2, 0)


@pytest.mark.parametrize("status", [404, 200])
def test_what_cannot_be_shared_is_asked_for_by_everybody(status):
    async def scenario():
        hall = CacheHarness()
        hall.status = status
        if status == 200:
            hall.headers["cache-control"] = "no-store"
        hall.after.clear()
        tasks = [hall.read()[0] for _ in range(5)]
        await until(lambda: hall.trips)
        await asyncio.sleep(0.01)
        hall.after.set()
        return [(await task).status for task in tasks], len(hall.trips)

    assert asyncio.run(scenario()) == ([status] * 5, 5)


class Wire:
    """The far end of a generation's connection, and how much of a question it has got."""

    def __init__(self):
        self.sent = 0

    def send_query_prepared(self, name, values):
        self.sent += 1

    def flush(self):
        return 0


async def one_who_comes_after_the_question(monkeypatch, buggy):
    """Whether a request that comes while a question is under way is given the answer to it."""
    line: Any = object.__new__(SnapshotConnection)
    line._counts, line.prefix, line.loop = Counts(), "", asyncio.get_running_loop()
    line._pgconn, line.waiting, line.asked = Wire(), [], []
    line._scheduled, line._watch = False, None
    if buggy:
        monkeypatch.setattr(SnapshotConnection, "join", joins_sent)
    first, second = (line.loop.create_future() for _ in range(2))
    line.join(first)
    await asyncio.sleep(0.01)
    assert line._pgconn.sent == 1
    line.join(second)
    line._told(b"before")
    got = second.done()
    if not got:
        assert line._pgconn.sent == 2
        line._told(b"after")
        assert (await second) == "after"
    line._watch.cancel()
    assert (await first) == "before"
    return got


@pytest.mark.parametrize("buggy", [False, True], ids=["the rule", "the bug"])
def test_a_question_is_joined_only_before_it_is_sent(monkeypatch, buggy):
    assert asyncio.run(one_who_comes_after_the_question(monkeypatch, buggy)) is buggy
