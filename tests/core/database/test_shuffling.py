"""Random orders: the same on every database, unlike for unlike seeds, and walked through few ranges of keys."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from books.models import Book
from core.database.fields import SAMPLE_RANGE, sample_key
from core.database.keyset import Ordering, Term, page, reverse
from core.database.shuffling import BLOCK_KEYS, BLOCKS, ShuffledTerm, permutation, shuffled

keys = st.one_of(
    st.integers(0, SAMPLE_RANGE - 1),
    st.sampled_from([0, 1, BLOCK_KEYS - 1, BLOCK_KEYS, BLOCK_KEYS + 1, SAMPLE_RANGE - BLOCK_KEYS, SAMPLE_RANGE - 1]),
)


def place(key, seed):
    """A key's place in the order of `seed`, in plain Python."""
    order, (block, within) = permutation(seed), divmod(key, BLOCK_KEYS)
    return (
        (block * order.factor + order.shift) % BLOCKS * BLOCK_KEYS
        + (within * order.inner_factor + order.inner_shift) % BLOCK_KEYS
    )  # fmt: skip


def test_a_sample_key_is_the_same_hash_of_the_id_for_good():
    # Other values would shuffle every catalogue otherwise, and make its cursors worthless.
    assert [sample_key(pk) for pk in (1, 2, 3, 2**40)] == [1063198245, 2125112010, 227671936, 1053290224]
    drawn = [sample_key(pk) for pk in range(1, 10_001)]
    assert len(set(drawn)) == 10_000
    assert all(900 < sum(key * 10 // SAMPLE_RANGE == tenth for key in drawn) < 1_100 for tenth in range(10))


@pytest.mark.parametrize("seed", [0, 1, 2, 2_147_483_646])
def test_a_seed_permutes_the_ranges_and_the_keys_in_each(seed):
    assert sorted(place(block * BLOCK_KEYS, seed) // BLOCK_KEYS for block in range(BLOCKS)) == list(range(BLOCKS))
    assert [place(permutation(seed).block_at(n) * BLOCK_KEYS, seed) // BLOCK_KEYS for n in (0, 1, 77)] == [0, 1, 77]
    assert len({place(key, seed) for key in range(5_000)}) == 5_000


def test_other_seeds_give_other_neighbours():
    rows = [sample_key(pk) for pk in range(1, 41)]
    beside = set()
    for seed in range(5):
        order = sorted(rows, key=lambda key: place(key, seed))
        beside |= set(pairwise(order))
    # A rotation of one order would have 40 pairs of neighbours in all.
    assert len(beside) > 150


class ShuffledWalks(TestCase):
    """Walking a table in a random order, with any number of ranges looked into first."""

    @settings(max_examples=60, deadline=None)
    @given(st.lists(keys, max_size=12), st.integers(0, 3), st.sampled_from([0, 1, 2, 64]), st.booleans(), st.booleans())
    def test_a_walk_gives_every_row_once_in_order_both_ways(self, sample_keys, seed, blocks, falling, backwards):
        Book.objects.bulk_create(
            Book(title="T", sort_title="t", title_key="t", sample_key=key) for key in (*sample_keys, *sample_keys[:2])
        )
        rows: Any = Book.objects.annotate(shuffle=shuffled(seed))
        assert all(row.shuffle == place(row.sample_key, seed) for row in rows)
        expected = sorted(rows, key=lambda row: (row.shuffle, row.pk), reverse=falling != backwards)
        terms: Ordering = (ShuffledTerm("shuffle", falling, seed=seed, blocks=blocks), Term("id", falling))
        terms = reverse(terms) if backwards else terms
        walked: list[Any] = []
        key = None
        while found := list(page(rows, terms, limit=3, after=key)):
            walked += found
            key = [found[-1].shuffle, found[-1].pk]
        assert walked == expected


@pytest.mark.django_db
@pytest.mark.parametrize("falling", [False, True])
@pytest.mark.parametrize("blocks", [1, 2, 3])
def test_ranges_side_by_side_are_walked_without_a_gap(falling, blocks):
    sample_keys = [permutation(5).block_at(n) * BLOCK_KEYS for n in range(9)]
    Book.objects.bulk_create(Book(title="T", sort_title="t", title_key="t", sample_key=key) for key in sample_keys)
    rows: Any = Book.objects.annotate(shuffle=shuffled(5))
    terms = (ShuffledTerm("shuffle", falling, seed=5, blocks=blocks), Term("id", falling))
    walked: list[int] = []
    key = None
    while found := list(page(rows, terms, limit=2, after=key)):
        walked += [row.sample_key for row in found]
        key = [found[-1].shuffle, found[-1].pk]
    assert walked == (sample_keys[::-1] if falling else sample_keys)


def test_more_rows_need_fewer_ranges_and_too_many_are_none():
    term = ShuffledTerm("shuffle", seed=1)
    assert [term.looking_for(25, of).blocks for of in (0, 1_000, 20_000, 2_000_000)] == [0, 0, 9, 2]
