"""A load commits how far it has come with each batch: the same file goes on there, another file begins anew."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from books.importing import load_state
from books.importing.load_state import Fingerprint, LoadState
from books.importing.loader import load
from books.importing.normalizing import PreparedRecord
from books.importing.records import BrokenFile, Rejection
from books.models import Book, SeenKeys, SourceLoad
from tests.books.catalogue import record

pytestmark = pytest.mark.django_db
FILE, OTHER = Fingerprint(10, "a"), Fingerprint(10, "b")


class Items:
    """The records numbered `numbers`, and BrokenFile after them if `broken`."""

    def __init__(self, numbers, *, broken=False, **fields):
        self.numbers, self.broken, self.fields = numbers, broken, fields

    def __iter__(self):
        for number in self.numbers:
            yield record(str(number), f"T{number}", **self.fields)
        if self.broken:
            raise BrokenFile("cut off")


def stopped(numbers, *, file: Fingerprint | None = FILE, **fields):
    """Load the records, and stop before the file's end."""
    with pytest.raises(BrokenFile):
        load(Items(numbers, broken=True, **fields), "a", file=file, batch_size=4)


def numbers(summary):
    return {name: number for name, number in summary.counts.items() if number}


def test_the_same_file_goes_on_where_it_stopped():
    stopped(range(1, 11))
    assert SourceLoad.objects.get().position == 10
    summary = load(Items(range(1, 21), pages=5), "a", file=FILE)
    assert (numbers(summary), summary.continued) == ({"created": 20}, 10)
    assert sorted(Book.objects.filter(pages=5).values_list("title", flat=True)) == sorted(
        f"T{n}" for n in range(11, 21)
    )


OTHERS: dict[str, dict[str, Any]] = {
    "of another content": {"file": OTHER},
    "of another size": {"file": Fingerprint(11, "a")},
    "without a fingerprint": {"file": None},
    "whose rejections are wanted": {"file": FILE, "reject": lambda rejection: None},
}


@pytest.mark.parametrize("how", OTHERS)
def test_a_file_begins_anew(how):
    stopped(range(1, 11))
    summary = load(Items(range(1, 13), pages=5), "a", **OTHERS[how])
    assert (numbers(summary), summary.continued) == ({"created": 2, "updated": 10}, 0)


@pytest.mark.parametrize("how", OTHERS)
def test_no_load_goes_on_over_another_one_of_its_source(how):
    stopped(range(1, 11))
    load(Items(range(1, 6), pages=5), "a", **OTHERS[how])
    summary = load(Items(range(1, 13)), "a", file=FILE)
    assert summary.continued == 0
    assert sum(numbers(summary).values()) == 12


def test_a_load_that_saves_nothing_is_not_continued_either():
    stopped(range(1, 11))
    stopped(range(1, 4), file=None, pages=5)
    assert load(Items(range(1, 11)), "a", file=FILE).continued == 0


def test_the_loads_of_two_sources_do_not_know_each_other():
    stopped(range(1, 11))
    load(Items(range(1, 6)), "b", file=FILE)
    assert load(Items(range(1, 11)), "a", file=FILE).continued == 10


def test_a_finished_file_is_read_again():
    load(Items(range(1, 11)), "a", file=FILE)
    assert (SourceLoad.objects.get().position, SourceLoad.objects.get().records) == (None, 10)
    summary = load(Items(range(1, 11)), "a", file=FILE)
    assert (numbers(summary), summary.continued) == ({"unchanged": 10}, 0)
    assert not SeenKeys.objects.exists()


@pytest.mark.parametrize("known", [True, False])
def test_a_key_that_comes_again_after_an_interruption_is_a_duplicate(known):
    if known:
        load(Items(range(1, 11)), "a", file=OTHER)
    stopped(range(1, 11))
    doublet = record("3", "Other", position=11)
    summary = load(iter([*Items(range(1, 11)), doublet]), "a", file=FILE)
    assert [each.reason for each in summary.rejections] == ["duplicate_key"]
    assert not Book.objects.filter(title="Other").exists()


def test_what_was_rejected_before_an_interruption_is_counted():
    rejected = Rejection(11, "malformed_json", "no", "raw")

    def items():
        yield from [*Items(range(1, 11)), rejected]
        raise BrokenFile("cut off")

    with pytest.raises(BrokenFile):
        load(items(), "a", file=FILE)
    summary = load(iter([*Items(range(1, 11)), rejected, *Items(range(12, 15))]), "a", file=FILE)
    assert (summary.rejected, summary.keyless, summary.created) == (1, 1, 13)


@pytest.mark.parametrize("ids_in_a_row", [8, 32, 32_768])
def test_bits_are_kept_for_every_record_and_its_rejection(monkeypatch, ids_in_a_row):
    monkeypatch.setattr(load_state, "RANGE", ids_in_a_row)
    monkeypatch.setattr(load_state, "PAGE", 7)
    load(Items(range(1, 101)), "a", file=OTHER)
    pks = list(Book.objects.order_by("pk").values_list("source_records__pk", flat=True))
    state = LoadState(connection, "a", FILE)
    batch: list[PreparedRecord | Rejection] = [Rejection(7, "bad", "no", "raw")]
    state.save_batch(batch, pks[::3], [], state.summary)
    state.committed()
    state.save_batch(batch, [], pks[::5], state.summary)
    assert not state.is_listed(pks[5])
    state.committed()
    again = LoadState(connection, "a", FILE)
    assert again.row.position == 7
    for each in (state, again):
        assert [pk for pk in pks if each.is_loaded(pk)] == pks[::3]
        assert {pk for pk in pks if each.is_listed(pk)} == {*pks[::3], *pks[::5]}
        assert [pk for page in each.unlisted() for pk in page] == [
            pk for number, pk in enumerate(pks) if number % 3 and number % 5
        ]
        assert each.is_loaded(pks[-1] + 1)


def test_a_fingerprint_is_of_the_whole_content(tmp_path: Path):
    prints = set()
    for content in (b"", b"a", b"b", b"a" * 3_000_000, b"a" * 2_999_999 + b"b"):
        path = tmp_path / "file"
        path.write_bytes(content)
        assert Fingerprint.of(path).size == len(content)
        assert Fingerprint.of(path) == Fingerprint.of(path)
        prints.add(Fingerprint.of(path))
    assert len(prints) == 5
