"""Chooses slugs that no other row has, for many new rows at once."""

from collections import Counter
from collections.abc import Iterable, Sequence

from django.db.backends.base.base import BaseDatabaseWrapper

from books.models.classification import free_slug
from core.changes.former_keys import note_all_used
from core.database.bulk import select_in

_RESOURCES = {"books_category": "categories", "books_series": "series", "books_subject": "subjects"}
_NUMBERS = 16
"""Numbered variants of a taken slug looked up in the first query; each further query looks up four times as many."""


def free_slugs(connection: BaseDatabaseWrapper, table: str, wanted: Sequence[str]) -> list[str]:
    """A slug for each of `wanted`, in their order: itself, or with the first number behind it that makes it free.

    A slug is free if neither a row of `table` nor an earlier one of the result has it; one that led to another row, or
    was that of a deleted one, leads to the new row from now on.
    """
    missing = Counter(wanted)
    taken = _taken(connection, table, missing)
    for slug in missing:
        missing[slug] -= slug not in taken
    number, span = 2, _NUMBERS
    while short := [slug for slug, count in missing.items() if count > 0]:
        taken_now = _taken(connection, table, [f"{slug}-{n}" for slug in short for n in range(number, number + span)])
        taken |= taken_now
        for slug in short:
            missing[slug] -= sum(f"{slug}-{n}" not in taken_now for n in range(number, number + span))
        number, span = number + span, span * 4
    slugs = [free_slug(slug, taken) for slug in wanted]
    note_all_used(_RESOURCES[table], slugs)
    return slugs


def _taken(connection: BaseDatabaseWrapper, table: str, slugs: Iterable[str]) -> set[str]:
    return {slug for (slug,) in select_in(connection, f"SELECT slug FROM {table} WHERE slug IN %s", list(slugs))}  # noqa: S608
