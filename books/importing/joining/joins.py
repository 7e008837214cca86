"""Joins authors of different sources that are one, at the end of each load; decided by evidence over all authors.

A kind of evidence is asked after the other. Two authors are joined where each is the only one for whom the other has
evidence of that kind, and whoever is joined is not asked for the kinds that follow. So the result does not depend on
which source was loaded first.

What is decided is stored at once, as rows of the table of merges, and carried out in several transactions: a row
whose author is still there is to be carried out, by the next load if this one is killed.
"""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from authors.models import Author, MergedAuthor
from books.authority import Merge, merge_all
from books.importing.joining.candidates import Pair, candidates, reading
from books.importing.joining.evidence import compare
from books.importing.joining.kinds import KINDS
from books.importing.transactions import use_indexes
from core.database.bulk import insert_rows, moment_text, select_in

CHUNK = 100
"""Merges carried out in one transaction."""


class Join(NamedTuple):
    """Two authors, of whom `gone` is to be merged into `kept`, and the kinds of evidence that they are one."""

    kept: int
    gone: int
    kinds: list[str]

    @classmethod
    def of(cls, pair: Pair, kinds: list[str]) -> "Join":
        """The Join of a pair of authors: the one that an editor made is kept, or else the one that was there first."""
        kept, gone = sorted(pair, key=lambda author: (author.imported, author.pk))
        return cls(kept.pk, gone.pk, kinds)


def join_authors(connection: BaseDatabaseWrapper) -> Counter[str]:
    """Join all authors that evidence shows to be one; return how many were joined by each kind of evidence."""
    joined = carry_out(connection)
    # What is joined may show more: a title, once both of its books are by one author.
    while _decide(connection) and (more := carry_out(connection)):
        joined += more
    return joined


def decided(joins: Iterable[Join]) -> list[tuple[Join, str]]:
    """Those of `joins` that are to be carried out, each with the kind of evidence that decided."""
    left, chosen = list(joins), []
    for kind in KINDS:
        shown = [join for join in left if kind in join.kinds]
        number = Counter(author for join in shown for author in (join.kept, join.gone))
        only = [join for join in shown if number[join.kept] == number[join.gone] == 1]
        chosen += [(join, kind) for join in only]
        out = {author for join in only for author in (join.kept, join.gone)}
        left = [join for join in left if out.isdisjoint((join.kept, join.gone))]
    return chosen


def _decide(connection: BaseDatabaseWrapper) -> int:
    """Store what is to be joined as rows of the table of merges; return how many there are."""
    with reading(connection):
        joins = [
            Join.of(pair, kinds)
            for pairs in candidates(connection)
            for pair, kinds, _ in compare(connection, pairs)
            if kinds and any(author.imported for author in pair)
        ]
    chosen = decided(joins)
    with transaction.atomic():
        lock = " ORDER BY id FOR KEY SHARE" if connection.vendor == "postgresql" else ""
        pks = sorted({pk for join, _ in chosen for pk in (join.kept, join.gone)})
        there = {pk for (pk,) in select_in(connection, f"SELECT id FROM authors_author WHERE id IN %s{lock}", pks)}  # noqa: S608
        now = moment_text(connection, timezone.now())
        rows = [(join.gone, join.kept, kind, now) for join, kind in chosen if {join.kept, join.gone} <= there]
        insert_rows(connection, "authors_mergedauthor", ("gone", "kept_id", "evidence", "merged_at"), rows)
    return len(rows)


def carry_out(connection: BaseDatabaseWrapper) -> Counter[str]:
    """Carry out the merges that are decided and not yet done; return how many there were of each kind of evidence."""
    sql = (
        "SELECT merged.gone, merged.kept_id, merged.evidence FROM authors_mergedauthor merged"
        " JOIN authors_author author ON author.id = merged.gone WHERE merged.gone > %s ORDER BY merged.gone LIMIT %s"
    )
    done: Counter[str] = Counter()
    last = 0
    while rows := select_in(connection, sql, last, CHUNK):
        last = rows[-1][0]
        with transaction.atomic():
            use_indexes(connection)
            done += _carry_out(rows)
    return done


def _carry_out(rows: list[tuple[int, int, str]]) -> Counter[str]:
    pks = sorted({pk for *pair, _ in rows for pk in pair})
    authors = {author.pk: author for author in Author.objects.filter(pk__in=pks).order_by("pk").select_for_update()}
    # An editor may have changed or deleted either since.
    possible = [(gone, kept, kind) for gone, kept, kind in rows if {gone, kept} <= authors.keys()]
    possible = [row for row in possible if authors[row[0]].imported]
    dropped = {gone for gone, *_ in rows if gone in authors}.difference(gone for gone, *_ in possible)
    MergedAuthor.objects.filter(pk__in=dropped).delete()
    merge_all([Merge(authors[kept], authors[gone]) for gone, kept, _ in possible])
    return Counter(kind for *_, kind in possible)
