"""Random orders: one for each seed, of which a page is read through the index on `sample_key`, however large the table.

A row's sample key is a hash of its id, so that both databases shuffle alike. Its upper bits number one of BLOCKS
ranges of keys. A seed orders the ranges, and the keys in each, by a multiplication modulo a power of two (an odd
factor permutes them), so a page is in the few ranges that come next, and two seeds have unlike orders.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, reduce
from math import ceil
from operator import or_
from typing import Any, NamedTuple, Self

from django.db.models import BigIntegerField, F, Q
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Cast

from core.database.fields import SAMPLE_RANGE
from core.database.keyset import Range, Term

BLOCK_BITS = 19
BLOCK_KEYS = 1 << BLOCK_BITS
BLOCKS = (SAMPLE_RANGE >> BLOCK_BITS) + 1
"""4,096 ranges of 524,288 keys: in 20,000 rows a page of 25 takes eleven ranges, in two million it takes two."""

MOST_BLOCKS = 64
"""The most ranges that a page is looked for in; where it takes more, all rows are sorted, about 2,500 of them."""


class Permutation(NamedTuple):
    """The factor and the shift by which a seed orders the ranges, and those by which it orders the keys in a range."""

    factor: int
    shift: int
    inner_factor: int
    inner_shift: int

    def block_at(self, place: int) -> int:
        """The number of the range that comes at `place` in the order of ranges."""
        return (place - self.shift) * pow(self.factor, -1, BLOCKS) % BLOCKS


@lru_cache(maxsize=256)
def permutation(seed: int) -> Permutation:
    """The permutation of `seed`."""
    digest = hashlib.blake2b(str(seed).encode(), digest_size=16).digest()
    factor, shift, inner_factor, inner_shift = (int.from_bytes(digest[n : n + 4], "big") for n in range(0, 16, 4))
    return Permutation(
        factor % BLOCKS | 1, shift % BLOCKS, inner_factor % BLOCK_KEYS | 1, inner_shift % BLOCK_KEYS
    )  # fmt: skip


def shuffled(seed: int) -> CombinedExpression:
    """SQL of a row's place in the random order of `seed`, below 2^31. No product in it exceeds 2^38."""
    order, key = permutation(seed), Cast(F("sample_key"), BigIntegerField())
    block = (key.bitrightshift(BLOCK_BITS) * order.factor + order.shift).bitand(BLOCKS - 1)
    within = (key.bitand(BLOCK_KEYS - 1) * order.inner_factor + order.inner_shift).bitand(BLOCK_KEYS - 1)
    return block * BLOCK_KEYS + within


@dataclass(frozen=True)
class ShuffledTerm(Term):
    """The leading term of a random order; `blocks` is the number of ranges in which a page is looked for, 0 for all."""

    seed: int = 0
    blocks: int = 0

    def looking_for(self, rows: int, of: int) -> Self:
        """This term with the ranges in which `rows` of a list of `of` rows are expected, and half as many more."""
        blocks = ceil(1.5 * rows * BLOCKS / max(1, of)) + 1
        return replace(self, blocks=blocks if blocks <= MOST_BLOCKS else 0)

    def leading_ranges(self, ordering: Sequence[Term], after: Sequence[Any] | None) -> Iterator[Range]:
        """The rows after the key `after` as `core.database.keyset.ranges` gives them: the next ranges, then the rest.

        Where the next ranges have a page, the database never begins with the rest, which it would have to sort.
        """
        following = reduce(or_, self._following(ordering, after)) if after else Q()
        if not self.blocks:
            yield Range(-1, following, null=False)
            return
        step, first = (-1, BLOCKS - 1) if self.descending else (1, 0)
        start = first if after is None else after[0] >> BLOCK_BITS
        order, left = permutation(self.seed), (start if self.descending else BLOCKS - 1 - start) + 1
        blocks = [order.block_at(start + step * number) for number in range(min(self.blocks, left))]
        # As one condition: with a branch for each range SQLite would read what a filter selects once a branch.
        within = reduce(or_, (Q(sample_key__range=_keys(block)) for block in blocks))
        yield Range(-1, within & following, null=False)
        if self.blocks < left:
            bound = (start + step * self.blocks) << BLOCK_BITS
            rest = Q(shuffle__lt=bound + BLOCK_KEYS) if self.descending else Q(shuffle__gte=bound)
            yield Range(-1, rest, null=False)

    @staticmethod
    def _following(ordering: Sequence[Term], after: Sequence[Any]) -> Iterator[Q]:
        """The conditions, one of which a row after `after` meets: it differs first in one of the terms."""
        fixed = Q()
        for term, value in zip(ordering, after, strict=True):
            yield from (fixed & beyond for beyond, _ in term.beyond(value))
            fixed &= term.equals(value)


def _keys(block: int) -> tuple[int, int]:
    """The first and the last sample key of a range."""
    return block << BLOCK_BITS, ((block + 1) << BLOCK_BITS) - 1
