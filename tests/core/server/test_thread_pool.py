"""A pool of threads by itself: how many calls it takes, and what a call leaves behind."""

import asyncio
import threading
import time
from contextvars import ContextVar

import pytest
from django.db import connections

from core.server.thread_pool import Pool, QueueFull

_left: ContextVar[str] = ContextVar("left", default="nothing")


def run(scenario, threads=2, waiting=3):
    """Run `scenario` with a pool and an event that its calls may wait for; both end with it."""

    async def begin():
        pool, gate = Pool("test", threads, waiting), threading.Event()
        try:
            return await asyncio.wait_for(scenario(pool, gate), 10)
        finally:
            gate.set()
            await asyncio.to_thread(pool.close, time.monotonic() + 5)

    return asyncio.run(begin())


def test_as_many_calls_are_taken_as_there_are_threads_and_places_in_line():
    async def scenario(pool, gate):
        calls = [pool.submit(gate.wait) for _ in range(2 + 3)]
        with pytest.raises(QueueFull):
            pool.submit(gate.wait)
        always = pool.submit(lambda: "always", always=True)
        gate.set()
        assert all(await asyncio.gather(*(call.future for call in calls)))
        assert await always.future == "always"
        # All have their places back.
        calls = [pool.submit(lambda number=number: number) for number in range(5)]
        assert await asyncio.gather(*(call.future for call in calls)) == [0, 1, 2, 3, 4]

    run(scenario)


def test_a_call_that_is_given_up_in_line_is_never_run_and_leaves_its_place():
    async def scenario(pool, gate):
        begun, ran = threading.Semaphore(0), []

        def busy():
            begun.release()
            gate.wait()

        running = [pool.submit(busy) for _ in range(2)]
        for _ in running:
            await asyncio.to_thread(begun.acquire)
        for _ in range(4):
            waiting = [pool.submit(lambda: ran.append(1)) for _ in range(3)]
            for call in waiting:
                pool.give_up(call)
                assert call.future.cancelled()
        gate.set()
        await asyncio.gather(*(call.future for call in running))
        assert await pool.submit(lambda: "next").future == "next"
        assert ran == []

    run(scenario)


def test_a_result_that_nobody_waits_for_any_more_is_handed_back():
    async def scenario(pool, gate):
        on_abandoned: asyncio.Queue[str] = asyncio.Queue()
        begun = threading.Event()

        def made():
            begun.set()
            gate.wait()
            return "made"

        call = pool.submit(made, on_abandoned=on_abandoned.put_nowait)
        await asyncio.to_thread(begun.wait)
        pool.give_up(call, TimeoutError())
        gate.set()
        assert await on_abandoned.get() == "made"
        assert isinstance(call.future.exception(), TimeoutError)

    run(scenario)


def test_nothing_that_a_call_leaves_in_its_context_is_there_for_the_next():
    async def scenario(pool, gate):
        def leave():
            _left.set("something")
            return _left.get()

        assert await pool.submit(leave).future == "something"
        assert await pool.submit(_left.get).future == "nothing"

    run(scenario, threads=1)


@pytest.mark.django_db(transaction=True)
def test_a_thread_that_ends_closes_its_connections():
    def opened():
        connections["default"].ensure_connection()
        return connections["default"]

    async def scenario(pool, gate):
        first, again = await pool.submit(opened).future, await pool.submit(opened).future
        assert first is again
        assert first.connection is not None
        return first

    assert run(scenario, threads=1).connection is None
