"""Never stale: a read that begins after a write was acknowledged sees it, from any worker of any node."""

import os
import time

import pytest

from tests.conftest import new_database
from tests.freshness.stage import stage

POSTGRES = os.environ.get("DATABASE_URL", "").startswith("postgres")
# Each stage loads every core by itself; two at once would only wait for each other.
pytestmark = pytest.mark.xdist_group("freshness")


def check(folder, *, seconds, reads=0, **options):
    """Writers and readers for so long, and until there are so many reads; the stage and its rate of hits."""
    with new_database(folder, "freshness") as url, stage(folder, url, **options) as acting:
        before = acting.counts()
        acting.begin()
        deadline = time.monotonic() + seconds
        while (time.monotonic() < deadline or acting.board.reads < reads) and not (
            options.get("bug") and acting.board.violations
        ):
            time.sleep(0.1)
        acting.end()
        rate = acting.hit_rate(before, acting.counts())
        print(f"{acting.board.reads:,} reads, {acting.board.violations} violations, {rate:.0%} from memory")
        return acting, rate


def test_no_read_is_older_than_what_was_acknowledged_before_it(tmp_path):
    acting, rate = check(tmp_path, seconds=6, reads=1000)
    assert acting.board.violations == 0, acting.told("readers")
    assert acting.board.failures == 0
    assert min(acting.board.acked()) > 1
    assert rate > 0.3


@pytest.mark.soak
def test_of_a_hundred_thousand_reads_none_is_stale(tmp_path):
    acting, rate = check(tmp_path, seconds=60, reads=100_000, workers=4)
    assert acting.board.violations == 0, acting.told("readers")
    assert acting.board.failures == 0
    assert rate > 0.5


# What each bug does without a server around it is in tests/core/test_flights.py.
# On SQLite a question is answered before anybody else can come.
@pytest.mark.soak
@pytest.mark.parametrize("bug", ["early", "older", *(["joins"] if POSTGRES else [])])
def test_the_checker_notices_a_deliberate_bug(tmp_path, bug):
    acting, _ = check(tmp_path, seconds=30, pause=1.5, workers=1, bug=bug)
    assert acting.board.violations, acting.board.reads
