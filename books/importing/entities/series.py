"""Resolves the series of a batch, and creates missing ones."""

from collections.abc import Iterable, Iterator

from books.importing.entities.slugs import free_slugs
from books.importing.writing.batch_writes import BatchWrites
from books.models.classification import slug_of
from books.models.series import series_key
from core.database.bulk import Row, allocate_ids, select_in
from core.text import sort_name

_EDITED = "SELECT slug, id FROM books_series WHERE slug IN %s AND NOT imported"
_FORMER = (
    "SELECT former.key, series.id FROM changes_formerkey former"
    ' JOIN books_series series ON series.slug = former."into"'
    " WHERE former.key IN %s AND former.resource = 'series'"
)
_KNOWN = "SELECT match_key, id FROM books_series WHERE match_key IN %s AND is_default"


def resolve_series(writes: BatchWrites, names: Iterable[str], *, imported: bool = True) -> dict[str, int]:
    """The id of the series of each name; names that fold alike are one. Missing ones are created by the first name.

    A name that a load gives, `imported`, also means the series to which an editor gave another name since.
    """
    wanted = {name: series_key(name) for name in names}
    known = dict(select_in(writes.connection, _KNOWN, sorted(set(wanted.values()))))
    if imported:
        known |= _renamed(writes, {slug_of(name): key for name, key in wanted.items() if key not in known})
    new: dict[str, str] = {}
    for name, key in wanted.items():
        if key not in known:
            new.setdefault(key, name)
    if new:
        slugs = free_slugs(writes.connection, "books_series", [slug_of(name) for name in new.values()])
        pks = allocate_ids(writes.connection, "books_series", len(new))
        known |= dict(zip(new, pks, strict=True))
        writes.add_lazily("books_series", _rows(zip(pks, new.items(), slugs, strict=True), imported))
        writes.row_counts["series"] += len(new)
    return {name: known[key] for name, key in wanted.items()}


def _renamed(writes: BatchWrites, keys: dict[str, str]) -> dict[str, int]:
    """The ids of series that an editor gave another name, by the keys of their first names; `keys` has these by slug.

    Such a series is known by the slug that was made of its first name, which it has, or had before.
    """
    if not keys:
        return {}
    slugs = sorted(keys)
    former = select_in(writes.connection, _FORMER, slugs)
    return {keys[slug]: pk for slug, pk in (*former, *select_in(writes.connection, _EDITED, slugs))}


def _rows(new: Iterable[tuple[int, tuple[str, str], str]], imported: bool) -> Iterator[Row]:
    for pk, (key, name), slug in new:
        yield (pk, name, slug, sort_name(name), key, True, imported)
