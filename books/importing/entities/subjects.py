"""Resolves the subjects of a batch, creates missing ones, and notes spellings that are new."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from books.importing.entities.slugs import free_slugs
from books.importing.records import Topic
from books.importing.writing.batch_writes import BatchWrites
from books.models.classification import spelling_key, subject_slug
from books.search.indexes import SUBJECT_INDEX
from core.database.bulk import Row, allocate_ids, select_in
from core.database.fields import sample_key
from core.text import sort_name

SubjectKey = tuple[str, str]
"""A subject's kind, and its name or the key of its spellings."""

_KNOWN = (
    "SELECT subject.match_key, subject.id, subject.name, spelling.number, spelling.name FROM books_subject subject"
    " LEFT JOIN books_subjectspelling spelling ON spelling.subject_id = subject.id"
    " WHERE subject.match_key IN %s AND subject.match_key IS NOT NULL AND subject.kind = %s"
)
# Subjects that an earlier version stored, and that `reindex` has not come to.
_KNOWN_BY_NAME = "SELECT name, id FROM books_subject WHERE name IN %s AND kind = %s AND match_key IS NULL"

_key = lru_cache(maxsize=65_536)(spelling_key)


class ResolvedSubject(NamedTuple):
    """A subject's id, and the number of the spelling of it that a record has; None for the first one."""

    pk: int
    spelling: int | None


@dataclass(slots=True)
class _Known:
    """A subject with the number of each of its spellings; `noted` are those that the table of spellings has."""

    pk: int
    spellings: dict[str, int]
    noted: set[int] = field(default_factory=set)


def resolve_subjects(writes: BatchWrites, topics: Iterable[Topic]) -> dict[SubjectKey, ResolvedSubject]:
    """The subject of each kind and name; spellings of one are one. Missing ones are created by their first mention."""
    wanted = list(dict.fromkeys((topic.kind, topic.name) for topic in topics))
    known = _known(writes, wanted)
    by_name = _known_by_name(writes, [(kind, name) for kind, name in wanted if (kind, _key(name)) not in known])
    new: dict[SubjectKey, SubjectKey] = {}
    for kind, name in wanted:
        if (kind, _key(name)) not in known and (kind, name) not in by_name:
            new.setdefault((kind, _key(name)), (kind, name))
    known |= _create(writes, new)
    resolved = {key: ResolvedSubject(pk, None) for key, pk in by_name.items()}
    for kind, name in wanted:
        if (kind, name) not in resolved:
            resolved[kind, name] = _spelt(writes, known[kind, _key(name)], name)
    return resolved


def _known(writes: BatchWrites, wanted: list[SubjectKey]) -> dict[SubjectKey, _Known]:
    """The stored subjects that have a spelling key of `wanted`, by kind and key."""
    keys: defaultdict[str, set[str]] = defaultdict(set)
    for kind, name in wanted:
        keys[kind].add(_key(name))
    known: dict[SubjectKey, _Known] = {}
    for kind, of_kind in keys.items():
        for key, pk, name, number, spelling in select_in(writes.connection, _KNOWN, sorted(of_kind), kind):
            subject = known.setdefault((kind, key), _Known(pk, {} if spelling else {name: 0}))
            if spelling:
                subject.spellings[spelling] = number
                subject.noted.add(number)
    return known


def _known_by_name(writes: BatchWrites, wanted: list[SubjectKey]) -> dict[SubjectKey, int]:
    names: defaultdict[str, list[str]] = defaultdict(list)
    for kind, name in wanted:
        names[kind].append(name)
    return {
        (kind, name): pk
        for kind in names
        for name, pk in select_in(writes.connection, _KNOWN_BY_NAME, names[kind], kind)
    }


def _create(writes: BatchWrites, new: dict[SubjectKey, SubjectKey]) -> dict[SubjectKey, _Known]:
    """Create a subject for each of `new`, kinds and names by kinds and keys."""
    if not new:
        return {}
    named = list(new.values())
    slugs = free_slugs(writes.connection, "books_subject", [subject_slug(*each) for each in named])
    pks = allocate_ids(writes.connection, "books_subject", len(new))
    writes.add_lazily("books_subject", _rows(zip(named, slugs, pks, strict=True)))
    writes.index_names(SUBJECT_INDEX, [(pk, [name]) for (_, name), pk in zip(named, pks, strict=True)])
    for kind, _ in named:
        writes.row_counts[f"subject:{kind}"] += 1
    return {key: _Known(pk, {name: 0}) for (key, (_, name)), pk in zip(new.items(), pks, strict=True)}


def _spelt(writes: BatchWrites, subject: _Known, name: str) -> ResolvedSubject:
    """The subject with the number of its spelling `name`, which is noted, with the first one, if it is new."""
    if name not in subject.spellings:
        subject.spellings[name] = max(subject.spellings.values()) + 1
        missing = {number: text for text, number in subject.spellings.items() if number not in subject.noted}
        writes.added["books_subjectspelling"] += [(subject.pk, number, text) for number, text in missing.items()]
        subject.noted |= missing.keys()
    return ResolvedSubject(subject.pk, subject.spellings[name] or None)


def _rows(new: Iterable[tuple[SubjectKey, str, int]]) -> Iterator[Row]:
    for (kind, name), slug, pk in new:
        yield (pk, kind, name, slug, sort_name(name), _key(name), sample_key(pk), True)
