"""What becomes of those who wait for a trip that fails, or whose answer they may not be given."""

import asyncio

import pytest

from core.cache import single_flight as flights
from tests.core.cache.test_middleware import until
from tests.core.cache.test_single_flight import CacheHarness


class Failing(CacheHarness):
    """A hall whose first trips fail, all of them held until their number is known; counts how many go at once."""

    def __init__(self, failures, failure):
        super().__init__()
        self.failures, self.failure = failures, failure
        self.begun = self.present = self.most = 0
        self.ends = asyncio.Event()

    async def answer(self, scope, receive, send):
        self.begun += 1
        self.present += 1
        self.most = max(self.most, self.present)
        failing = self.begun <= self.failures
        try:
            await self.ends.wait()
            # A trip takes time: others who would go meanwhile do.
            await asyncio.sleep(0.001)
            if failing and self.failure is None:
                raise OSError("broken")
            self.status = self.failure if failing else 200
            await self(scope, receive, send)
        finally:
            self.present -= 1

    async def reads(self, number):
        """The statuses of `number` requests at once; None for one that broke."""
        tasks = [self.read()[0] for _ in range(number)]
        await asyncio.sleep(0.01)
        self.ends.set()
        found = await asyncio.gather(*tasks, return_exceptions=True)
        assert self.edge.single_flight._under_way == {}
        return [getattr(each, "status", None) for each in found]


@pytest.mark.parametrize("failure", [None, 500, 503])
def test_of_those_who_waited_for_a_trip_that_fails_one_makes_the_next_and_the_others_wait_for_it(failure):
    async def scenario():
        hall = Failing(1, failure)
        return await hall.reads(20), hall.begun

    assert asyncio.run(scenario()) == ([failure] + [200] * 19, 2)


@pytest.mark.parametrize("failure", [None, 503])
def test_where_every_trip_fails_each_request_makes_one_and_they_take_turns(failure):
    async def scenario():
        hall = Failing(5, failure)
        return await hall.reads(5), hall.begun, hall.most

    assert asyncio.run(scenario()) == ([failure] * 5, 5, 1)


def test_nobody_waits_for_one_failing_trip_after_another_for_long(monkeypatch):
    monkeypatch.setattr(flights, "PATIENCE", -1.0)

    async def scenario():
        hall = Failing(1, 503)
        return await hall.reads(5), hall.most

    assert asyncio.run(scenario()) == ([503, 200, 200, 200, 200], 4)


def test_what_is_made_in_place_of_a_failed_trip_is_as_new_as_those_who_get_it():
    async def scenario():
        hall = Failing(2, 503)
        reads = [hall.read() for _ in range(3)]
        await asyncio.sleep(0.01)
        hall.source.number += 1
        # Those who came after the commit wait for the trip that follows, which fails too.
        reads += [hall.read() for _ in range(3)]
        await asyncio.sleep(0.01)
        hall.ends.set()
        answers = [(await task, known) for task, known in reads]
        late, known = hall.read()
        answers.append((await late, known))
        assert [answer.status for answer, _ in answers].count(503) == 2
        return [(int(answer.body), known) for answer, known in answers if answer.status == 200], hall.begun

    reads, trips = asyncio.run(scenario())
    assert all(read >= known for read, known in reads)
    assert trips <= 4


def test_those_who_wait_for_one_whose_client_is_cut_off_are_answered():
    async def scenario():
        hall = Failing(0, None)
        first, _ = hall.read()
        await until(lambda: hall.begun)
        others = [hall.read()[0] for _ in range(3)]
        await asyncio.sleep(0.01)
        first.cancel()
        await until(lambda: hall.begun == 2)
        hall.ends.set()
        return [(await task).status for task in others], hall.begun

    assert asyncio.run(scenario()) == ([200] * 3, 2)


@pytest.mark.parametrize("status", [404, 200])
def test_those_who_waited_for_what_is_nobody_elses_ask_at_once_and_not_in_turn(status):
    async def scenario():
        hall = Failing(100, status)
        if status == 200:
            hall.headers["cache-control"] = "private, no-store"
        return await hall.reads(5), hall.begun, hall.most

    assert asyncio.run(scenario()) == ([status] * 5, 5, 4)
