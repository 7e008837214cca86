"""Many who merge and undo at once, on authors and books that they share."""

import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from django.db import connection, connections

from authors.models import Author
from books.editing.books import Writer
from books.editing.editor import Conflict
from books.merging import authors, books
from books.merging.recording import wait_for_other_merges
from books.merging.undoing import undo_merge
from books.models import Book
from core.changes.models import RecordedMerge
from core.database.transactions import in_transaction
from tests.books.merging.states import in_order, state
from tests.support.factories import make_author, make_book

WRITER = Writer("key", 1, "k")
THREADS, EACH = 32, 6


def merge_two(pick: random.Random, model: Any, merge: Any) -> str:
    wait_for_other_merges()
    pks = [*model.objects.values_list("pk", flat=True)]
    pair = pick.sample(pks, 2) if len(pks) > 1 else []
    rows = {row.pk: row for row in model.objects.select_for_update().filter(pk__in=pair).order_by("pk")}
    if len(rows) < 2:
        return "gone"
    merge(*(rows[pk] for pk in pair), WRITER)
    return "merged"


def undo_one(pick: random.Random) -> str:
    pks = [*RecordedMerge.objects.filter(undone_at=None).order_by("pk").values_list("pk", flat=True)]
    try:
        if pks:
            undo_merge(pick.choice(pks[-3:]), WRITER)
    except Conflict:
        return "conflict"
    return "undone" if pks else "none"


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
def test_no_deadlock_reaches_them_no_count_drifts_and_all_can_be_undone():
    people = [make_author(f"Writer {letter}, Anne") for letter in "ABCDEFGH"]
    for number in range(16):
        make_book(
            title=f"Book {number}", authors=[people[number % 8], people[(number * 3 + 1) % 8]],
            subjects=[f"Subject {number % 5}"], identifiers=[("oclc", str(number))],
        )  # fmt: skip
    before = state()
    barrier, done = threading.Barrier(THREADS), Counter[str]()

    def work(seed: int) -> Counter[str]:
        pick, mine = random.Random(seed), Counter[str]()
        try:
            barrier.wait(60)
            for turn in range(EACH):
                kind = (seed + turn) % 3
                if kind == 0:
                    mine[in_transaction(lambda: merge_two(pick, Author, authors.merge))] += 1
                elif kind == 1:
                    mine[in_transaction(lambda: merge_two(pick, Book, books.merge))] += 1
                else:
                    mine[in_transaction(lambda: undo_one(pick))] += 1
        finally:
            connections.close_all()
        return mine

    with ThreadPoolExecutor(THREADS) as pool:
        for each in pool.map(work, range(THREADS)):
            done += each
    assert done["merged"] > 10, done
    assert done["undone"], done
    in_order()
    while left := RecordedMerge.objects.filter(undone_at=None).order_by("-pk").first():
        in_transaction(partial(undo_merge, left.pk, WRITER))
    in_order()
    assert state() == before
