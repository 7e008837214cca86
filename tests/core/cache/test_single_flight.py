"""The rules by which requests share a query of the generation and a call; breaking one gives a stale response."""

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
    """A cache around an app whose calls can be held."""

    def __init__(self, flight_class=SingleFlight):
        kind = type(
            "CacheUnderTest",
            (ResponseCacheMiddleware,),
            {"make_source": staticmethod(Source), "single_flight_class": flight_class},
        )
        self.cache = kind(self.answer, enabled=True)
        super().__init__(self.cache.source)

    async def answer(self, scope, receive, send):
        await self(scope, receive, send)

    def read(self):
        """The task of a read that has begun, and the number of commits by then."""
        return asyncio.create_task(ask(self.cache, BOOKS)), self.source.number


async def reads_around_commits(harness):
    """Reads before and after a commit while a call is held that has read its rows but not answered."""
    harness.after.clear()
    reads = [harness.read()]
    await until(lambda: len(harness.calls) == 1)
    reads.append(harness.read())
    await asyncio.sleep(0.01)
    assert len(harness.calls) == 1, "a read of the same generation shares the call"
    harness.source.number += 1
    reads += [harness.read(), harness.read()]
    await asyncio.sleep(0.01)
    harness.after.set()
    return [(int((await task).body), known) for task, known in reads], len(harness.calls)


def test_a_call_is_shared_by_those_who_heard_its_generation_and_one_more_serves_all_who_came_later():
    reads, calls = asyncio.run(reads_around_commits(CacheHarness()))
    assert reads == [(0, 0), (0, 0), (1, 1), (1, 1)]
    assert calls == 2


def test_taking_a_shared_call_that_is_older_than_ones_arrival_is_stale():
    reads, _ = asyncio.run(reads_around_commits(CacheHarness(TakesOlder)))
    assert any(read < known for read, known in reads)


def test_a_generation_asked_for_before_the_request_came_is_stale():
    async def scenario(early):
        harness = CacheHarness()
        inner, heard = harness.source.ask, await harness.source.ask()

        async def ask_early():
            nonlocal heard
            before, heard = heard, await inner()
            return before

        if early:
            harness.source.ask = ask_early  # type: ignore[method-assign]
        reads = []
        for _ in range(3):
            reads += [harness.read(), harness.read()]
            await asyncio.sleep(0.01)
            harness.source.number += 1
        return [(int((await task).body), known) for task, known in reads]

    assert all(read >= known for read, known in asyncio.run(scenario(early=False)))
    assert any(read < known for read, known in asyncio.run(scenario(early=True)))


async def many_reads_over_many_commits():
    harness = CacheHarness()
    reads = []
    for _ in range(30):
        harness.source.number += 1
        reads += [harness.read() for _ in range(4)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    return [(int((await task).body), known) for task, known in reads], len(harness.calls)


def test_under_constant_commits_each_read_is_fresh_and_calls_do_not_pile_up():
    reads, calls = asyncio.run(many_reads_over_many_commits())
    assert all(read >= known for read, known in reads)
    assert calls < 60


def test_what_was_read_over_a_commit_is_filed_where_nobody_finds_it():
    async def scenario():
        harness = CacheHarness()
        harness.before.clear()
        task, _ = harness.read()
        await until(lambda: harness.calls)
        harness.source.number += 1
        harness.before.set()
        first = (await task).body
        return first, (await ask(harness.cache, BOOKS)).body, len(harness.calls), harness.cache.counts.hits

    assert asyncio.run(scenario()) == (b"1", b"1", 2, 0)


@pytest.mark.parametrize("status", [404, 200])
def test_what_cannot_be_shared_is_asked_for_by_everybody(status):
    async def scenario():
        harness = CacheHarness()
        harness.status = status
        if status == 200:
            harness.headers["cache-control"] = "no-store"
        harness.after.clear()
        tasks = [harness.read()[0] for _ in range(5)]
        await until(lambda: harness.calls)
        await asyncio.sleep(0.01)
        harness.after.set()
        return [(await task).status for task in tasks], len(harness.calls)

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
    connection: Any = object.__new__(SnapshotConnection)
    connection._counts, connection.prefix, connection.loop = Counts(), "", asyncio.get_running_loop()
    connection._pgconn, connection.waiting, connection.sent = Wire(), [], []
    connection._scheduled, connection._watch = False, None
    if buggy:
        monkeypatch.setattr(SnapshotConnection, "join", joins_sent)
    first, second = (connection.loop.create_future() for _ in range(2))
    connection.join(first)
    await asyncio.sleep(0.01)
    assert connection._pgconn.sent == 1
    connection.join(second)
    connection._deliver(b"before")
    got = second.done()
    if not got:
        assert connection._pgconn.sent == 2
        connection._deliver(b"after")
        assert (await second) == "after"
    connection._watch.cancel()
    assert (await first) == "before"
    return got


@pytest.mark.parametrize("buggy", [False, True], ids=["the rule", "the bug"])
def test_a_question_is_joined_only_before_it_is_sent(monkeypatch, buggy):
    assert asyncio.run(one_who_comes_after_the_question(monkeypatch, buggy)) is buggy
