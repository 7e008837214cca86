"""Makes rows on all cores: of n processes each makes every n-th chunk."""

import gc
import multiprocessing
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

Made_co = TypeVar("Made_co", covariant=True)


class GenerationFailedError(Exception):
    """A process that made rows ended before its time."""


class Maker(Protocol[Made_co]):
    """An object that makes chunks of rows, in any order."""

    def chunk(self, number: int) -> Made_co:
        """Chunk `number`, from 0."""


def produced(maker: Callable[[Any], Maker[Made_co]], plan: Any, count: int) -> Iterator[Made_co]:
    """The first `count` chunks of `maker(plan)`, in order. Raises GenerationFailedError."""
    # One more than cores: one of them waits while its chunk is written.
    number = min(count, (os.cpu_count() or 1) + 1)
    if number <= 1:
        yield from map(maker(plan).chunk, range(count))
        return
    with _processes(maker, plan, count, number) as ends:
        for each in range(count):
            try:
                yield ends[each % number].recv()
            except EOFError:
                raise GenerationFailedError("a process that makes rows has ended") from None


@contextmanager
def _processes(maker: Any, plan: Any, count: int, number: int) -> Iterator[list[Any]]:
    """The pipes on which `number` processes send their chunks; a process ends when its pipe has no reader any more."""
    # Not forked from here: a fork would share the connection to the database. Forked from a server that has none, they
    # need not each import the application, which takes a second.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([maker.__module__, "benchmarks.generating.rows", "benchmarks.generating.authors"])
    started: list[Any] = []
    ends: list[Any] = []
    try:
        for each in range(number):
            here, there = context.Pipe(duplex=False)
            process = context.Process(target=_make, args=(maker, plan, range(each, count, number), there), daemon=True)
            process.start()
            there.close()
            started.append(process)
            ends.append(here)
        yield ends
    finally:
        for end in ends:
            end.close()
        for process in started:
            process.join()


def _make(maker: Any, plan: Any, numbers: range, pipe: Any) -> None:
    # Rows have no reference cycles, and the garbage collector would take longer than making the rows.
    gc.disable()
    making = maker(plan)
    try:
        for number in numbers:
            pipe.send(making.chunk(number))
    except (BrokenPipeError, KeyboardInterrupt):
        return
