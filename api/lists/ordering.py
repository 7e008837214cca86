"""The order of a list, from the parameters `ordering` and `seed`."""

import hashlib
import secrets
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, F, QuerySet, Value
from django.db.models.functions import Cast, Mod

from api.exceptions import InvalidParameters, parameter_error
from core.database.fields import SAMPLE_RANGE
from core.database.keyset import Ordering, Term

BY_RELEVANCE = (Term("relevance"), Term("popularity", descending=True, nullable=True), Term("id"))
"""The order of a search: by tier, then by popularity."""


class Ordered(NamedTuple):
    """Rows with the annotations that their order needs, the order's terms, its name, and the seed of a random one."""

    rows: QuerySet[Any]
    terms: Ordering
    name: str
    seed: int | None


def ordered(rows: QuerySet[Any], name: str, known: dict[str, Term], *, searched: bool, seed: int | None) -> Ordered:
    """The rows in the order `name`, such as `-popularity,title`; the id is its last term. Raises InvalidParameters."""
    terms: list[Term] = []
    seen = set()
    for item in name.split(","):
        column, descending = item.strip().removeprefix("-"), item.strip().startswith("-")
        if column in seen:
            raise _refused("repeated", f"{column} is named twice.")
        seen.add(column)
        if column == "relevance" and "relevance" in known:
            if not searched:
                raise _refused("needs_search", "relevance goes with search.")
            if terms or descending:
                raise _refused("invalid_choice", "relevance can only come first, and not descending.")
            terms += BY_RELEVANCE if name == "relevance" else BY_RELEVANCE[:1]
        elif column == "random" and "random" in known:
            seed = secrets.randbelow(SAMPLE_RANGE) if seed is None else seed
            rows = rows.annotate(shuffle=shuffled(seed))
            terms.append(Term("shuffle", descending))
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


def shuffled(seed: int) -> Mod:
    """A row's position in the random order of `seed`: its sample key x as a·x + b modulo a prime."""
    digest = hashlib.blake2b(str(seed).encode(), digest_size=16).digest()
    factor = 1 + int.from_bytes(digest[:8], "big") % (SAMPLE_RANGE - 1)
    shift = int.from_bytes(digest[8:], "big") % SAMPLE_RANGE
    spread = Cast(F("sample_key"), BigIntegerField()) * Value(factor) + Value(shift)
    return Mod(spread, Value(SAMPLE_RANGE), output_field=BigIntegerField())


def _refused(code: str, message: str) -> InvalidParameters:
    return InvalidParameters([parameter_error("ordering", code, message)])
