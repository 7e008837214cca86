"""Never stale: a read that begins after a write was acknowledged sees it, from any worker of any node."""

import os
import time

import pytest

from tests.conftest import new_database
from tests.freshness.checked_cluster import checked_cluster

POSTGRES = os.environ.get("DATABASE_URL", "").startswith("postgres")
# Each checked cluster loads every core by itself; two at once would only wait for each other.
pytestmark = pytest.mark.xdist_group("freshness")


def check(folder, *, reads, hits=0, seconds=0, most=180, bug=None, **options):
    """Writers and readers until there are so many reads and so many hits; the cluster and the rate of hits.

    With `bug` until something is stale. `most` seconds are too many.
    """
    with new_database(folder, "freshness") as url, checked_cluster(folder, url, bug=bug, **options) as acting:
        before = acting.counts()
        acting.begin()
        start = time.monotonic()

        def enough():
            if bug:
                return acting.counters.violations > 0
            if acting.counters.reads < reads or time.monotonic() - start < seconds:
                return False
            return acting.counts()["hits"] - before["hits"] >= hits

        while not enough() and time.monotonic() - start < most:
            time.sleep(0.1)
        acting.end()
        rate = acting.hit_rate(before, after := acting.counts())
        print(f"{acting.counters.reads:,} reads, {acting.counters.violations} violations, {rate:.0%} from memory")
        assert acting.counters.reads >= reads
        assert after["hits"] - before["hits"] >= hits
        return acting, rate


def test_no_read_is_older_than_what_was_acknowledged_before_it(tmp_path):
    acting, _ = check(tmp_path, reads=1000, hits=500, seconds=6)
    assert acting.counters.violations == 0, acting.log_of("readers")
    assert acting.counters.failures == 0
    assert min(acting.counters.acked()) > 1


@pytest.mark.soak
def test_of_a_hundred_thousand_reads_none_is_stale(tmp_path):
    acting, rate = check(tmp_path, reads=100_000, hits=50_000, seconds=60, most=1200, workers=4, pause=2)
    assert acting.counters.violations == 0, acting.log_of("readers")
    assert acting.counters.failures == 0
    assert rate > 0.5


# What each bug does without a server around it is in tests/core/cache/test_single_flight.py.
# On SQLite a question is answered before anybody else can come.
@pytest.mark.soak
@pytest.mark.parametrize("bug", ["early", "older", *(["joins"] if POSTGRES else [])])
def test_the_checker_notices_a_deliberate_bug(tmp_path, bug):
    acting, _ = check(tmp_path, reads=0, most=60, pause=1.5, workers=1, bug=bug)
    assert acting.counters.violations, acting.counters.reads
