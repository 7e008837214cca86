"""References: the authors, categories, subjects and series that the bodies of books name."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from books.editing.authors import filing_name
from books.editing.editor import FieldError
from books.importing.entities.authors import add_authors, authors_by_id
from books.importing.entities.categories import ResolvedCategory
from books.importing.entities.series import resolve_series
from books.importing.entities.subjects import ResolvedSubject, resolve_subjects
from books.importing.merging.rows import ResolvedEntities
from books.importing.merging.stored_books import ancestors_of
from books.importing.parsing.headings import parse_heading
from books.importing.records import Credit, Topic
from books.importing.writing.batch_writes import BatchWrites
from core.changes.former_keys import successors
from core.database.bulk import select_in
from core.database.locks import lock_until_the_end
from core.text import match_key

Body = Mapping[str, Any]
"""The checked values of the body of one book, by field."""

_CATEGORIES = "SELECT slug, id, path FROM books_category WHERE slug IN %s"
_SUBJECTS = "SELECT slug, id, kind, name FROM books_subject WHERE slug IN %s"
_SERIES = "SELECT slug, id FROM books_series WHERE slug IN %s"
_NAMED = "SELECT match_key, id, name FROM authors_author WHERE match_key IN %s ORDER BY id"


class References:
    """What `bodies` name, looked up by a number of statements that does not depend on how many there are.

    A slug or an id that led to another row leads there. What is named and not there is made by `make_missing`.
    """

    def __init__(self, writes: BatchWrites, bodies: Sequence[Body]) -> None:
        self.writes, self.connection = writes, writes.connection
        self._names = self._authors_of_names({credit["name"] for credit in _credits(bodies) if not _id(credit)})
        given = {pk for credit in _credits(bodies) if (pk := _id(credit))}
        ids = given | {pk for pks in self._names.values() for pk in pks if len(pks) == 1}
        self._authors = authors_by_id(self.connection, sorted(ids))
        former = self._former("authors", map(str, ids - self._authors.keys()))
        now = authors_by_id(self.connection, sorted({*map(int, former.values())}))
        self._authors |= {int(key): now[pk] for key, into in former.items() if (pk := int(into)) in now}
        # Locked until the commit, so that a category that is renamed or moved has these books' words and counts too.
        lock = " ORDER BY id FOR NO KEY UPDATE" if self.connection.vendor == "postgresql" else ""
        slugs = (slug for body in bodies for slug in body.get("categories", ()))
        categories = self._found(f"{_CATEGORIES}{lock}", "categories", slugs)
        self._categories = {slug: (pk, tuple(json.loads(path))) for slug, (pk, path) in categories.items()}
        self._subjects = self._found(_SUBJECTS, "subjects", _slugs(bodies, "subjects"))
        self._series = self._found(_SERIES, "series", _slugs(bodies, "series"))
        above = ancestors_of(writes, [pk for pk, _ in self._categories.values()])
        self.entities = ResolvedEntities(
            {_by_id(pk): author for pk, author in self._authors.items()},
            {path: ResolvedCategory(pk, tuple(above[pk]), path) for pk, path in self._categories.values()},
            {(kind, name): ResolvedSubject(pk, None) for pk, kind, name in self._subjects.values()},
            {_by_slug(slug): pk for slug, (pk,) in self._series.items()},
        )

    def errors(self, body: Body) -> Iterator[FieldError]:
        """The references of `body` that lead nowhere, and names that several authors bear."""
        for n, credit in enumerate(body.get("authors", ())):
            if (pk := _id(credit)) and pk not in self._authors:
                yield FieldError(f"authors[{n}].id", "unknown", "There is no author with this id.")
            elif not pk and len(bearers := self._names.get(credit["name"], [])) > 1:
                message = "Several authors have this name: give the id of one."
                yield FieldError(f"authors[{n}].name", "ambiguous", message, ids=bearers)
        for n, slug in enumerate(body.get("categories", ())):
            if slug not in self._categories:
                yield FieldError(f"categories[{n}]", "unknown", "There is no category with this slug.")
        for field, known in (("subjects", self._subjects), ("series", self._series)):
            for n, each in enumerate(body.get(field, ())):
                if each.get("slug") and each["slug"] not in known:
                    yield FieldError(f"{field}[{n}].slug", "unknown", "There is none with this slug.")

    def credit(self, given: Mapping[str, Any]) -> Credit:
        """The Credit of an author in a body without errors; its heading is the author's key in `entities`."""
        pks = [pk] if (pk := _id(given)) else self._names.get(given["name"], [])
        if pks and (author := self._authors.get(pks[0])):
            names = author.names
            return Credit(_by_id(pks[0]), names[0], "", author.kind, given["role"], alternate_names=names[1:])
        # Various is no person, however it is written.
        is_placeholder = parse_heading(given["name"]).kind == "placeholder"
        kind = "placeholder" if is_placeholder else "person"
        return Credit(given["name"], given["name"], filing_name(given["name"], kind), kind, given["role"])

    def category(self, slug: str) -> tuple[str, ...]:
        """The path of labels of a category in a body without errors."""
        return self._categories[slug][1]

    def topic(self, given: Mapping[str, Any]) -> Topic:
        """The Topic of a subject in a body without errors."""
        if slug := given.get("slug"):
            _, kind, name = self._subjects[slug]
            return Topic(name, kind)
        return Topic(given["name"], given["kind"])

    def place(self, given: Mapping[str, Any]) -> tuple[str, str]:
        """The key in `entities` of a series in a body without errors, and the book's place in it."""
        return _by_slug(given["slug"]) if given.get("slug") else given["name"], given["position"]

    def make_missing(self, bodies: Sequence[Body]) -> None:
        """Add to the writes the rows of authors, subjects and series that `bodies` name and that are not there."""
        unknown: defaultdict[str, list[Credit]] = defaultdict(list)
        for credit in (self.credit(each) for each in _credits(bodies)):
            if credit.heading not in self.entities.authors_by_heading:
                unknown[match_key(credit.name) or credit.name].append(credit)
        made = add_authors(self.writes, [credits[0] for credits in unknown.values()], imported=False)
        for first, *others in unknown.values():
            made |= dict.fromkeys((credit.heading for credit in others), made[first.heading])
        self.entities.authors_by_heading |= made
        topics = (self.topic(each) for body in bodies for each in body.get("subjects", ()) if not each.get("slug"))
        self.entities.subjects_by_name |= resolve_subjects(self.writes, topics)
        names = (each["name"] for body in bodies for each in body.get("series", ()) if not each.get("slug"))
        self.entities.series_by_name |= resolve_series(self.writes, names, imported=False)

    def _authors_of_names(self, names: set[str]) -> dict[str, list[int]]:
        """The ids of the authors who bear each of `names`: those with just this name, or else with its folded words.

        Until the transaction ends nobody else can make an author of a name that has none here.
        """
        found = self._bearers(names)
        # SQLite has one writer at a time.
        if self.connection.vendor == "postgresql" and (unknown := names - found.keys()):
            lock_until_the_end(self.connection, [f"author:{match_key(name) or name}" for name in unknown])
            found |= self._bearers(unknown)
        return found

    def _bearers(self, names: set[str]) -> dict[str, list[int]]:
        rows: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
        for key, pk, name in select_in(self.connection, _NAMED, sorted({match_key(name) for name in names})):
            rows[key].append((pk, name))
        found = {}
        for name in names:
            key = match_key(name)
            just = [pk for pk, borne in rows[key] if borne == name]
            if bearers := just or [pk for pk, _ in rows[key] if key]:
                found[name] = bearers
        return found

    def _former(self, resource: str, keys: Iterable[str]) -> dict[str, str]:
        return {key: into for key, into in successors(resource, keys).items() if into is not None}

    def _found(self, sql: str, resource: str, slugs: Iterable[str]) -> dict[str, tuple[Any, ...]]:
        """The rows that `sql` selects, by slug, and by the slugs that led to others; without the slug."""
        wanted = set(slugs)
        rows = {slug: tuple(row) for slug, *row in select_in(self.connection, sql, sorted(wanted))}
        if missing := wanted - rows.keys():
            former = self._former(resource, missing)
            now = {slug: tuple(row) for slug, *row in select_in(self.connection, sql, sorted(set(former.values())))}
            rows |= {slug: now[into] for slug, into in former.items() if into in now}
        return rows


def _credits(bodies: Sequence[Body]) -> Iterator[Mapping[str, Any]]:
    return (credit for body in bodies for credit in body.get("authors", ()))


def _slugs(bodies: Sequence[Body], field: str) -> Iterator[str]:
    return (each["slug"] for body in bodies for each in body.get(field, ()) if each.get("slug"))


def _id(credit: Mapping[str, Any]) -> int | None:
    return credit.get("id")


# Keys beside names: no name has a tab.
def _by_id(pk: int) -> str:
    return f"\t{pk}"


def _by_slug(slug: str) -> str:
    return f"\t{slug}"
