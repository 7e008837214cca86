"""Never stale whatever breaks: writers, workers, Redis and PostgreSQL are killed while the checker runs."""

import os
import random
import signal
import time
from contextlib import ExitStack

import httpx
import pytest
import redis

from tests.freshness.checked_cluster import checked_cluster
from tests.freshness.cluster import burn_to, cluster
from tests.freshness.shared_counters import BOOKS
from tests.support.servers import redis_server

pytestmark = pytest.mark.xdist_group("freshness")
POSTGRES = pytest.mark.skipif(
    not os.environ.get("DATABASE_URL", "").startswith("postgres"), reason="is about PostgreSQL's failures"
)
BACK = 5
"""Seconds in which the hit rate is back after whatever broke is."""


def kept_version(acting, book, *, times=1):
    """What the first node says of a book, the last of some reads, and how many of those came from memory."""
    url = f"http://127.0.0.1:{acting.nodes[0].port}/api/v1/books/{book}/"
    for _ in range(times):
        reply = httpx.get(url, timeout=20)
        if reply.status_code != 200:
            time.sleep(0.2)
    return reply.json()["ratings_count"] if reply.status_code == 200 else None


def until_kept(acting, book):
    """Read until an answer comes from memory; the version it shows."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        before = acting.counts()["hits"]
        version = kept_version(acting, book, times=2)
        if acting.counts()["hits"] > before:
            return version
    raise AssertionError("nothing is kept")


@POSTGRES
@pytest.mark.parametrize("bug", ["", pytest.param("keeps", marks=pytest.mark.soak)])
def test_a_promoted_standby_that_lost_commits_is_believed_and_the_memory_is_not(tmp_path, bug):
    with cluster() as made, checked_cluster(tmp_path, made.url, workers=1, bug=bug) as acting:
        book = acting.books[0]
        set_to = f"UPDATE books_book SET ratings_count = {{}} WHERE id = {book}".format
        made.row(set_to(1))
        standby = made.backup("standby")
        for version in (2, 3, 4, 5):
            made.row(set_to(version))
        assert until_kept(acting, book) == 5
        text = made.snapshot()
        made.stop(signal.SIGQUIT)
        made.data = standby
        made.start()
        made.promote()
        made.row(set_to(77))
        burn_to(made, text)
        deadline = time.monotonic() + 20
        while (found := kept_version(acting, book)) is None:
            assert time.monotonic() < deadline, acting.nodes[0].log.read_text()[-3000:]
        time.sleep(1.5)
        found = kept_version(acting, book, times=3)
        assert made.snapshot() == text
        assert found == (5 if bug else 77)


def calm_hit_rate(acting):
    """The hit rate over a second."""
    before = acting.counts()
    return acting.hit_rate(before, acting.counts())


def is_back(acting, *, seconds=BACK):
    """Whether in time a good share of answers comes from memory again."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if calm_hit_rate(acting) > 0.3:
                return True
        except httpx.TransportError:
            time.sleep(0.1)
    return False


def fresh(acting):
    """Nothing stale so far."""
    assert acting.counters.violations == 0, acting.log_of("readers")


@POSTGRES
@pytest.mark.soak
def test_nothing_is_stale_while_everything_is_killed(tmp_path, monkeypatch):
    # A Redis of its own, which it may kill.
    monkeypatch.delenv("REDIS_URL", raising=False)
    with ExitStack() as stack:
        url, made = stack.enter_context(redis_server()), stack.enter_context(cluster())
        acting = stack.enter_context(checked_cluster(tmp_path, made.url, workers=4, pause=4, redis=url))
        acting.begin()
        assert is_back(acting, seconds=30)
        for _ in range(3):
            kill_writers(acting)
            kill_workers(acting)
            break_redis(acting, url)
            for sign in (signal.SIGINT, signal.SIGQUIT):
                restart(acting, made, sign)
        break_redis(acting, url, for_good=True)
        acting.end()
        fresh(acting)
        print(f"{acting.counters.reads:,} reads, {acting.counters.failures:,} failures")


def kill_writers(acting):
    """kill -9 anywhere in their work, and others in their place."""
    for _ in range(10):
        number = random.randrange(BOOKS)
        acting.writers[number].kill()
        acting.writers[number].wait()
        acting.writers[number] = acting.write(number)
        time.sleep(random.uniform(0, 0.5))
    fresh(acting)
    assert is_back(acting)


def kill_workers(acting):
    """kill -9 one worker of each node; gunicorn makes another."""
    for node in acting.nodes:
        os.kill(random.choice(node.workers()), signal.SIGKILL)
    time.sleep(2)
    fresh(acting)
    assert is_back(acting)


def break_redis(acting, url, *, for_good=False):
    """Flush it, and stop it for a while, or kill it: no read may fail."""
    failures = acting.counters.failures
    client = redis.Redis.from_url(url)
    client.flushall()
    pid = client.info("server")["process_id"]
    os.kill(pid, signal.SIGKILL if for_good else signal.SIGSTOP)
    time.sleep(3)
    if not for_good:
        os.kill(pid, signal.SIGCONT)
    fresh(acting)
    assert acting.counters.failures == failures
    assert is_back(acting)


def restart(acting, made, sign):
    """Restart the server: reads fail while it is away only."""
    made.stop(sign)
    time.sleep(1)
    made.start()
    assert is_back(acting)
    failures = acting.counters.failures
    time.sleep(2)
    fresh(acting)
    assert acting.counters.failures == failures
