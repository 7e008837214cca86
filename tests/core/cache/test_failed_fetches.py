"""Requests that wait for a call that fails, or whose response cannot be shared."""

import asyncio

import pytest

from core.cache import single_flight
from tests.core.cache.test_middleware import until
from tests.core.cache.test_single_flight import CacheHarness


class Failing(CacheHarness):
    """A harness whose first calls fail, all held until `ends` is set; counts how many are in progress at once."""

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
            # A call takes time: others who would go meanwhile do.
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
        assert self.cache.single_flight._under_way == {}
        return [getattr(each, "status", None) for each in found]


@pytest.mark.parametrize("failure", [None, 500, 503])
def test_of_those_who_waited_for_a_call_that_fails_one_makes_the_next_and_the_others_wait_for_it(failure):
    async def scenario():
        harness = Failing(1, failure)
        return await harness.reads(20), harness.begun

    assert asyncio.run(scenario()) == ([failure] + [200] * 19, 2)


@pytest.mark.parametrize("failure", [None, 503])
def test_where_every_call_fails_each_request_makes_one_and_they_take_turns(failure):
    async def scenario():
        harness = Failing(5, failure)
        return await harness.reads(5), harness.begun, harness.most

    assert asyncio.run(scenario()) == ([failure] * 5, 5, 1)


def test_nobody_waits_for_one_failing_call_after_another_for_long(monkeypatch):
    monkeypatch.setattr(single_flight, "PATIENCE", -1.0)

    async def scenario():
        harness = Failing(1, 503)
        return await harness.reads(5), harness.most

    assert asyncio.run(scenario()) == ([503, 200, 200, 200, 200], 4)


def test_what_is_made_in_place_of_a_failed_call_is_as_new_as_those_who_get_it():
    async def scenario():
        harness = Failing(2, 503)
        reads = [harness.read() for _ in range(3)]
        await asyncio.sleep(0.01)
        harness.source.number += 1
        # Those who came after the commit wait for the call that follows, which fails too.
        reads += [harness.read() for _ in range(3)]
        await asyncio.sleep(0.01)
        harness.ends.set()
        answers = [(await task, known) for task, known in reads]
        late, known = harness.read()
        answers.append((await late, known))
        assert [answer.status for answer, _ in answers].count(503) == 2
        return [(int(answer.body), known) for answer, known in answers if answer.status == 200], harness.begun

    reads, calls = asyncio.run(scenario())
    assert all(read >= known for read, known in reads)
    assert calls <= 4


def test_those_who_wait_for_one_whose_client_is_cut_off_are_answered():
    async def scenario():
        harness = Failing(0, None)
        first, _ = harness.read()
        await until(lambda: harness.begun)
        others = [harness.read()[0] for _ in range(3)]
        await asyncio.sleep(0.01)
        first.cancel()
        await until(lambda: harness.begun == 2)
        harness.ends.set()
        return [(await task).status for task in others], harness.begun

    assert asyncio.run(scenario()) == ([200] * 3, 2)


@pytest.mark.parametrize("status", [404, 200])
def test_those_who_waited_for_what_is_nobody_elses_ask_at_once_and_not_in_turn(status):
    async def scenario():
        harness = Failing(100, status)
        if status == 200:
            harness.headers["cache-control"] = "private, no-store"
        return await harness.reads(5), harness.begun, harness.most

    assert asyncio.run(scenario()) == ([status] * 5, 5, 4)
