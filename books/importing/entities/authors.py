"""AuthorResolver: finds the author whom each credit of a batch means, or creates one.

An author is found by the heading that its source uses; a placeholder also by its name. Whether a person or a body is
one of another source is decided when the file ends (books/importing/joining/joins.py), with all its authors known.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper

from authors.search import AUTHOR_INDEX
from books.importing.joining.lives import years_agree
from books.importing.records import Credit
from books.importing.writing.batch_writes import BatchWrites
from core.database.bulk import Row, allocate_ids, json_text, select_in
from core.database.fields import sample_key
from core.text import match_key, sort_name

_COLUMNS = "author.id, sort_key, kind, name, alternate_names, birth_year, death_year, imported"
_KNOWN = (
    f"SELECT heading, {_COLUMNS} FROM authors_authorheading known"  # noqa: S608
    " JOIN authors_author author ON author.id = author_id"
)


class ResolvedAuthor(NamedTuple):
    """An author's row: whom a credit means, with every name under which a search is to find the author's books."""

    pk: int
    sort_key: str
    kind: str
    names: tuple[str, ...]
    birth_year: int | None
    death_year: int | None
    imported: bool = True

    @classmethod
    def of_row(cls, row: Sequence[Any]) -> "ResolvedAuthor":
        """A ResolvedAuthor made of a database row with the columns `_COLUMNS`."""
        pk, sort_key, kind, name, others, birth_year, death_year, imported = row
        names = (name, *json.loads(others)) if len(others) > 2 else (name,)
        return cls(pk, sort_key, kind, names, birth_year, death_year, bool(imported))


class AuthorResolver:
    """Finds or creates the authors of one source's credits.

    `created` and `renamed` collect the ids of authors that it created, or gave another name or year; `linked` has
    those to whom it linked headings because they share a book, by heading; `enriched` those that it changed, by id.
    """

    def __init__(self, source: str, writes: BatchWrites) -> None:
        self.source, self.writes, self.connection = source, writes, writes.connection
        self.lock = _lock(self.connection)
        self.renamed: set[int] = set()
        self.created: set[int] = set()
        self.linked: dict[str, ResolvedAuthor] = {}
        self.enriched: dict[int, ResolvedAuthor] = {}

    def resolve(self, credits: Iterable[Credit]) -> dict[str, ResolvedAuthor]:
        """The author of each heading in `credits`, by heading.

        A heading that this source has not used before is linked to a new author; a placeholder to the first of its
        name, whatever its source.
        """
        wanted = by_heading(credits)
        sql = f"{_KNOWN} WHERE heading IN %s AND source = %s{self.lock}"
        rows = select_in(self.connection, sql, list(wanted), self.source)
        known = {heading: ResolvedAuthor.of_row(row) for heading, *row in rows}
        known |= {heading: author for heading, author in self.linked.items() if heading in wanted}
        authors = {heading: self._renewed(author, wanted[heading]) for heading, author in known.items()}
        unknown = [credit for heading, credit in wanted.items() if heading not in authors]
        placeholders = self._placeholders([credit for credit in unknown if credit.kind == "placeholder"])
        new: dict[Any, list[Credit]] = {}
        for credit in unknown:
            if author := placeholders.get(credit.heading):
                authors[credit.heading] = self._enriched(author, credit)
            else:
                new.setdefault(_new_key(credit), []).append(credit)
        self._update_enriched()
        made = add_authors(self.writes, [same[0] for same in new.values()], imported=True)
        self.created.update(author.pk for author in made.values())
        for same in new.values():
            authors |= dict.fromkeys((credit.heading for credit in same), made[same[0].heading])
        self.writes.added["authors_authorheading"] += [
            (self.source, credit.heading, authors[credit.heading].pk) for credit in unknown
        ]
        return authors

    def authors_of_books(self, pks: set[int]) -> tuple[dict[int, ResolvedAuthor], set[int]]:
        """The authors with the ids `pks`, by id, and the ids of those for whom this source has a heading already."""
        # Filtered by author alone: without statistics SQLite would scan all headings of the source for each author.
        sql = "SELECT author_id, source FROM authors_authorheading WHERE author_id IN %s"
        named = {pk for pk, source in select_in(self.connection, sql, sorted(pks)) if source == self.source}
        return authors_by_id(self.connection, sorted(pks)), named

    def link(self, pairs: list[tuple[ResolvedAuthor, Credit]]) -> None:
        """Link the heading of each credit to the author beside it, unless this source has used the heading before."""
        sql = "SELECT heading FROM authors_authorheading WHERE heading IN %s AND source = %s"
        headings = [credit.heading for _, credit in pairs]
        known = {heading for (heading,) in select_in(self.connection, sql, headings, self.source)}
        for author, credit in pairs:
            if credit.heading not in known:
                self.linked[credit.heading] = self._enriched(author, credit)
                self.writes.added["authors_authorheading"].append((self.source, credit.heading, author.pk))

    def _placeholders(self, credits: list[Credit]) -> dict[str, ResolvedAuthor]:
        """The stored placeholders that `credits` name, by heading; of several of one name the first.

        On PostgreSQL their rows are locked until the commit.
        """
        keys = {credit.heading: match_key(credit.name) for credit in credits}
        sql = f"SELECT match_key, {_COLUMNS} FROM authors_author author WHERE match_key IN %s AND kind = 'placeholder'"  # noqa: S608
        named: dict[str, ResolvedAuthor] = {}
        for key, *row in select_in(self.connection, f"{sql}{self.lock}", sorted(set(keys.values()))):
            author = ResolvedAuthor.of_row(row)
            named[key] = min(author, named.get(key, author))
        return {heading: named[key] for heading, key in keys.items() if key in named}

    def _renewed(self, author: ResolvedAuthor, credit: Credit) -> ResolvedAuthor:
        """An author whom this source has named before, with the other names that `credit` adds."""
        return self._enriched(author, credit) if credit.alternate_names else author

    def _enriched(self, author: ResolvedAuthor, credit: Credit) -> ResolvedAuthor:
        """Add to `author` the names and the years that only `credit` has; return the author as it is then.

        One that an editor made or changed stays as it is.
        """
        if not author.imported:
            return author
        author = self.enriched.get(author.pk, author)
        names = {match_key(name): name for name in reversed((*author.names, credit.name, *credit.alternate_names))}
        added = [name for name in reversed(names.values()) if name not in author.names]
        enriched = author._replace(names=(*author.names, *added))
        if author.kind == "person" and years_agree(author, credit):
            enriched = enriched._replace(
                birth_year=credit.birth_year if author.birth_year is None else author.birth_year,
                death_year=credit.death_year if author.death_year is None else author.death_year,
            )
        if enriched != author:
            self.renamed.add(author.pk)
            self.enriched[author.pk] = enriched
        return enriched

    def _update_enriched(self) -> None:
        """Write each author who got names or years, once: several headings may have added to one."""
        for author in self.enriched.values():
            values = {
                "alternate_names": json_text(author.names[1:]),
                "birth_year": author.birth_year,
                "death_year": author.death_year,
                "updated_at": self.writes.now,
            }
            self.writes.update("authors_author", {"id": author.pk}, values)


def authors_by_id(connection: BaseDatabaseWrapper, pks: list[int]) -> dict[int, ResolvedAuthor]:
    """The authors with the ids `pks`, by id. On PostgreSQL their rows are locked until the commit."""
    sql = f"SELECT {_COLUMNS} FROM authors_author author WHERE id IN %s{_lock(connection)}"  # noqa: S608
    return {row[0]: ResolvedAuthor.of_row(row) for row in select_in(connection, sql, pks)}


def _lock(connection: BaseDatabaseWrapper) -> str:
    """SQL that locks authors' rows until the commit, so that a rename indexes the books written meanwhile too."""
    return " ORDER BY author.id FOR NO KEY UPDATE OF author" if connection.vendor == "postgresql" else ""


def add_authors(writes: BatchWrites, new: Sequence[Credit], *, imported: bool) -> dict[str, ResolvedAuthor]:
    """Add the rows of new authors to `writes`, one for each of the credits `new`, and return them by heading."""
    pks = allocate_ids(writes.connection, "authors_author", len(new))
    created = [(_created(pk, credit, imported), credit) for pk, credit in zip(pks, new, strict=True)]
    writes.row_counts.update(f"author:{credit.kind}" for credit in new)
    writes.add_lazily("authors_author", _rows(created, writes.now))
    writes.index_names(AUTHOR_INDEX, [(author.pk, author.names) for author, _ in created])
    return {credit.heading: author for author, credit in created}


def _created(pk: int, credit: Credit, imported: bool) -> ResolvedAuthor:
    others = dict.fromkeys(name for name in credit.alternate_names if name != credit.name)
    names, key = (credit.name, *others), sort_name(credit.sort_name)
    return ResolvedAuthor(pk, key, credit.kind, names, credit.birth_year, credit.death_year, imported)


def _rows(new: Iterable[tuple[ResolvedAuthor, Credit]], now: str) -> Iterator[Row]:
    for author, credit in new:
        yield (
            author.pk, author.kind, credit.name, credit.sort_name, author.sort_key, match_key(credit.name),
            json_text(author.names[1:]), credit.birth_year, credit.death_year, "", "{}",
            sample_key(author.pk), now, now, author.imported,
        )  # fmt: skip


def by_heading(credits: Iterable[Credit]) -> dict[str, Credit]:
    """The first of the `credits` of each heading, with the alternate names of all of that heading."""
    found: dict[str, Credit] = {}
    for credit in credits:
        first = found.setdefault(credit.heading, credit)
        if first is not credit and credit.alternate_names:
            others = dict.fromkeys((*first.alternate_names, *credit.alternate_names))
            found[credit.heading] = replace(first, alternate_names=tuple(others))
    return found


def _new_key(credit: Credit) -> Any:
    """A key that is equal for headings of one source that mean one new author: placeholders of one name."""
    return match_key(credit.name) if credit.kind == "placeholder" else (credit.heading,)
