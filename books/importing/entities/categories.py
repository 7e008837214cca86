"""Finds the categories that the records of a batch name by their paths, and creates missing ones."""

from collections.abc import Iterable
from typing import NamedTuple

from books.importing.entities.slugs import free_slugs
from books.importing.writing.batch_writes import BatchWrites
from books.models.classification import slug_of
from core.database.bulk import allocate_ids, json_text, select_in
from core.database.fields import sample_key
from core.text import sort_name

Path = tuple[str, ...]


class ResolvedCategory(NamedTuple):
    """A category's row: its id, the ids from its root down to itself, and the labels of these."""

    pk: int
    ancestors: tuple[int, ...]
    labels: Path


def resolve_categories(writes: BatchWrites, paths: Iterable[Path]) -> dict[Path, ResolvedCategory]:
    """The category that each path of labels leads to, by path.

    Categories that do not exist yet are created, those above them too, in the order in which paths mention them.
    """
    wanted = dict.fromkeys(paths)
    places = list(dict.fromkeys(path[:depth] for path in wanted for depth in range(1, len(path) + 1)))
    ids = _known(writes, places)
    new = [place for place in places if place not in ids]
    if new:
        ids.update(zip(new, allocate_ids(writes.connection, "books_category", len(new)), strict=True))
        slugs = free_slugs(writes.connection, "books_category", [slug_of(*place) for place in new])
        for place, slug in zip(new, slugs, strict=True):
            _create(writes, place, slug, ids)
    return {path: ResolvedCategory(ids[path], _ancestors(path, ids), path) for path in wanted}


def _known(writes: BatchWrites, places: list[Path]) -> dict[Path, int]:
    """The ids of the existing categories among the paths `places`, by path. One query for each level of the tree."""
    # The lock keeps others from renaming or moving a category that this batch counts and indexes.
    lock = " ORDER BY id FOR NO KEY UPDATE" if writes.connection.vendor == "postgresql" else ""
    ids: dict[Path, int] = {}
    for depth in range(1, max(map(len, places), default=0) + 1):
        level = {(ids.get(place[:-1]), place[-1]): place for place in places if len(place) == depth}
        names = list({name for _, name in level})
        if depth == 1:
            sql = f"SELECT parent_id, name, id FROM books_category WHERE name IN %s AND parent_id IS NULL{lock}"  # noqa: S608
            rows = select_in(writes.connection, sql, names)
        else:
            sql = f"SELECT parent_id, name, id FROM books_category WHERE parent_id IN %s AND name IN %s{lock}"  # noqa: S608
            rows = select_in(writes.connection, sql, list({pk for pk, _ in level if pk}), names)
        ids.update({level[parent, name]: pk for parent, name, pk in rows if (parent, name) in level})
    return ids


def _create(writes: BatchWrites, place: Path, slug: str, ids: dict[Path, int]) -> None:
    pk, name = ids[place], place[-1]
    row = (pk, name, slug, ids.get(place[:-1]), json_text(place), sort_name(name), sample_key(pk), True, 0)
    writes.added["books_category"].append(row)
    writes.added["books_categoryancestor"] += [(pk, ancestor) for ancestor in _ancestors(place, ids)]
    writes.row_counts["category"] += 1


def _ancestors(place: Path, ids: dict[Path, int]) -> tuple[int, ...]:
    return tuple(ids[place[:depth]] for depth in range(1, len(place) + 1))
