"""The order of a list, from the parameters `ordering` and `seed`."""

import secrets
from dataclasses import replace
from typing import Any, NamedTuple

from django.db.models import QuerySet

from api.exceptions import InvalidParameters, parameter_error
from core.database.fields import SAMPLE_RANGE
from core.database.keyset import Ordering, Term
from core.database.shuffling import ShuffledTerm, shuffled

BY_RELEVANCE = (Term("relevance"), Term("popularity", descending=True, nullable=True), Term("id"))
"""The order of a search: by tier, then by popularity."""


class Ordered(NamedTuple):
    """A list's rows with the annotations that their order needs, and the order: its terms, name and random seed.

    `seed` is None for an order that is not random.
    """

    rows: QuerySet[Any]
    terms: Ordering
    name: str
    seed: int | None


def ordered(
    rows: QuerySet[Any],
    name: str,
    known: dict[str, Term],
    *,
    searched: bool,
    seed: int | None,
) -> Ordered:
    """The rows in the order `name`, such as `-popularity,title`, with the id as its last term.

    Raises InvalidParameters. `known` are the list's orderings by name. Only a list that is `searched` has tiers of
    `relevance`, and only the books of a series have places in it. Without a `seed` one is drawn for a random order.
    """
    terms: list[Term] = []
    seen = set()
    for item in name.split(","):
        column, descending = item.strip().removeprefix("-"), item.strip().startswith("-")
        if column in seen:
            raise _refused("repeated", f"{column} is named twice.")
        seen.add(column)
        if column == "relevance" and "relevance" in known:
            terms += _by_relevance(name, searched=searched, alone=not terms and not descending)
        elif column == "random" and "random" in known:
            seed = secrets.randbelow(SAMPLE_RANGE) if seed is None else seed
            rows = rows.annotate(shuffle=shuffled(seed))
            terms.append(ShuffledTerm("shuffle", descending, seed=seed))
        elif column == "series" and "series" in known:
            rows = _by_place(rows)
            terms.append(replace(known[column], descending=descending))
        elif column in known:
            term = known[column]
            terms.append(Term(term.column, descending, term.nullable))
        else:
            raise _refused("invalid_choice", f"Must be of {', '.join(known)}, each with - to descend.")
    if seed is not None and "random" not in seen:
        raise InvalidParameters([parameter_error("seed", "unused", "Goes with ordering=random.")])
    if all(term.column != "id" for term in terms):
        terms.append(Term("id", terms[-1].descending))
    return Ordered(rows, tuple(terms), name, seed)


def _by_relevance(name: str, *, searched: bool, alone: bool) -> Ordering:
    if not searched:
        raise _refused("needs_search", "relevance goes with search.")
    if not alone:
        raise _refused("invalid_choice", "relevance can only come first, and not descending.")
    return BY_RELEVANCE if name == "relevance" else BY_RELEVANCE[:1]


def _by_place(rows: Any) -> QuerySet[Any]:
    if not rows.listed_series:
        raise _refused("needs_series", "series goes with the parameter series: only one series has an order.")
    placed: QuerySet[Any] = rows.with_places()
    return placed


def _refused(code: str, message: str) -> InvalidParameters:
    return InvalidParameters([parameter_error("ordering", code, message)])
