"""Resolves the subjects of a batch to ids, and creates missing ones."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from books.importing.entities.slugs import free_slugs
from books.importing.records import Topic
from books.importing.writing.batch_writes import BatchWrites
from books.models.classification import subject_slug
from books.search.indexes import SUBJECT_INDEX
from core.database.bulk import Row, allocate_ids, select_in
from core.database.fields import sample_key
from core.text import sort_name

SubjectKey = tuple[str, str]
"""A subject's kind and name."""


def resolve_subjects(writes: BatchWrites, topics: Iterable[Topic]) -> dict[SubjectKey, int]:
    """The id of each subject, by kind and name. Missing subjects are created, in order of first mention."""
    wanted = dict.fromkeys((topic.kind, topic.name) for topic in topics)
    names: defaultdict[str, list[str]] = defaultdict(list)
    for kind, name in wanted:
        names[kind].append(name)
    sql = "SELECT name, id FROM books_subject WHERE name IN %s AND kind = %s"
    ids = {
        (kind, name): pk for kind in names for name, pk in select_in(writes.connection, sql, names[kind], kind)
    }  # fmt: skip
    new = [key for key in wanted if key not in ids]
    if new:
        slugs = free_slugs(writes.connection, "books_subject", [subject_slug(*key) for key in new])
        pks = allocate_ids(writes.connection, "books_subject", len(new))
        ids |= zip(new, pks, strict=True)
        writes.add_lazily("books_subject", _rows(zip(new, slugs, pks, strict=True)))
        writes.index_names(SUBJECT_INDEX, [(ids[key], [key[1]]) for key in new])
        for kind, _ in new:
            writes.row_counts[f"subject:{kind}"] += 1
    return ids


def _rows(new: Iterable[tuple[SubjectKey, str, int]]) -> Iterator[Row]:
    for (kind, name), slug, pk in new:
        yield (pk, kind, name, slug, sort_name(name), sample_key(), True)
