"""AuthorResolver: finds the author whom each credit of a batch means, or creates one.

An author is found by the heading that its source uses, or else among the authors of other sources, by the name and both
years of a life. All other evidence is asked when the file ends (books/importing/joining/joins.py).
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from authors.search import AUTHOR_INDEX
from books.importing.joining.names import name_keys, names_agree
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

    `created` and `renamed` collect the ids of authors that it created, or gave another name; `joined` counts the
    headings of persons that it linked to authors of other sources.
    """

    def __init__(self, source: str, writes: BatchWrites) -> None:
        self.source, self.writes, self.connection = source, writes, writes.connection
        # The lock lasts until the commit, so that a concurrent rename indexes the books of this batch too.
        self.lock = " ORDER BY author.id FOR NO KEY UPDATE OF author" if self.connection.vendor == "postgresql" else ""
        self.renamed: set[int] = set()
        self.created: set[int] = set()
        self.joined = 0

    def resolve(self, credits: Iterable[Credit]) -> dict[str, ResolvedAuthor]:
        """The author of each heading in `credits`, by heading.

        A heading that this source has not used before is linked to an author of another source who is surely meant, or
        else to a new author.
        """
        wanted: dict[str, Credit] = {}
        for credit in credits:
            first = wanted.setdefault(credit.heading, credit)
            if first is not credit and credit.alternate_names:
                others = dict.fromkeys((*first.alternate_names, *credit.alternate_names))
                wanted[credit.heading] = replace(first, alternate_names=tuple(others))
        sql = f"{_KNOWN} WHERE heading IN %s AND source = %s{self.lock}"
        rows = select_in(self.connection, sql, list(wanted), self.source)
        authors = {heading: self._renewed(ResolvedAuthor.of_row(row), wanted[heading]) for heading, *row in rows}
        unknown = [credit for heading, credit in wanted.items() if heading not in authors]
        found = self._found(unknown)
        new: dict[Any, list[Credit]] = {}
        for credit in unknown:
            if author := found.get(credit.heading):
                authors[credit.heading] = self._link(author, credit)
                self.joined += credit.kind == "person"
            else:
                new.setdefault(_new_key(credit), []).append(credit)
        pks = allocate_ids(self.connection, "authors_author", len(new))
        created = [(self._create(pk, same[0]), same[0]) for pk, same in zip(pks, new.values(), strict=True)]
        for (author, _), same in zip(created, new.values(), strict=True):
            authors |= dict.fromkeys((credit.heading for credit in same), author)
        self.writes.add_lazily("authors_author", self._rows(created))
        self.writes.index_names(AUTHOR_INDEX, [(author.pk, author.names) for author, _ in created])
        self.writes.added["authors_authorheading"] += [
            (self.source, credit.heading, authors[credit.heading].pk) for credit in unknown
        ]
        return authors

    def _found(self, credits: list[Credit]) -> dict[str, ResolvedAuthor]:
        """The authors whom some of `credits`, of headings that are new to this source, surely mean, by heading.

        A placeholder is the first one of its name. A person is the one that has a name and both years in common, if
        nobody else has, and if this source has no heading for it yet.
        """
        keys = {credit.heading: _keys(credit) for credit in credits}
        named, known = self._named(sorted({key for of_credit in keys.values() for key in of_credit}))
        found: dict[str, ResolvedAuthor] = {}
        for credit in credits:
            namesakes = (author for key in keys[credit.heading] for author in named.get(key, ()))
            same = {author.pk: author for author in namesakes if _is_surely(author, credit)}
            if credit.kind == "placeholder" and same:
                found[credit.heading] = same[min(same)]
            elif len(same) == 1 and known.isdisjoint(same):
                found[credit.heading] = same.popitem()[1]
        meant = Counter(author.pk for author in found.values() if author.kind == "person")
        return {heading: author for heading, author in found.items() if meant[author.pk] < 2}

    def _named(self, keys: list[str]) -> tuple[dict[str, list[ResolvedAuthor]], set[int]]:
        """Placeholders, and persons of whom both years are known, by the match keys among `keys` that are theirs.

        With the ids of those for whom this source has a heading. On PostgreSQL their rows are locked until the commit.
        """
        sql = (
            f"SELECT match_key, {_COLUMNS} FROM authors_author author WHERE match_key IN %s AND (kind = 'placeholder'"  # noqa: S608
            f" OR kind = 'person' AND birth_year IS NOT NULL AND death_year IS NOT NULL){self.lock}"
        )
        rows = select_in(self.connection, sql, keys)
        # Filtered by author alone: without statistics SQLite would scan all headings of the source for each author.
        sql = "SELECT author_id, source FROM authors_authorheading WHERE author_id IN %s"
        headings = select_in(self.connection, sql, sorted({row[1] for row in rows}))
        named: defaultdict[str, list[ResolvedAuthor]] = defaultdict(list)
        for key, *row in rows:
            named[key].append(ResolvedAuthor.of_row(row))
        return named, {author for author, source in headings if source == self.source}

    def _renewed(self, author: ResolvedAuthor, credit: Credit) -> ResolvedAuthor:
        """An author whom this source has named before, with the other names that `credit` adds; an editor's stays."""
        return self._link(author, credit) if credit.alternate_names and author.imported else author

    def _link(self, author: ResolvedAuthor, credit: Credit) -> ResolvedAuthor:
        """Add to `author` the names that only `credit` has; return the author as it is then."""
        names = {match_key(name): name for name in reversed((*author.names, credit.name, *credit.alternate_names))}
        added = [name for name in reversed(names.values()) if name not in author.names]
        if not added:
            return author
        linked = author._replace(names=(*author.names, *added))
        values = {"alternate_names": json_text(linked.names[1:]), "updated_at": self.writes.now}
        self.writes.update("authors_author", {"id": author.pk}, values)
        self.renamed.add(author.pk)
        return linked

    def _create(self, pk: int, credit: Credit) -> ResolvedAuthor:
        others = dict.fromkeys(name for name in credit.alternate_names if name != credit.name)
        self.created.add(pk)
        self.writes.row_counts[f"author:{credit.kind}"] += 1
        return ResolvedAuthor(
            pk, sort_name(credit.sort_name), credit.kind, (credit.name, *others), credit.birth_year, credit.death_year
        )

    def _rows(self, new: Iterable[tuple[ResolvedAuthor, Credit]]) -> Iterator[Row]:
        now = self.writes.now
        for author, credit in new:
            yield (
                author.pk, author.kind, credit.name, credit.sort_name, author.sort_key, match_key(credit.name),
                json_text(author.names[1:]), credit.birth_year, credit.death_year, "", "{}",
                sample_key(author.pk), now, now, True,
            )  # fmt: skip


def _keys(credit: Credit) -> set[str]:
    """The match keys by which an author is looked for whom `credit` surely means; empty if it says too little."""
    if credit.kind == "placeholder":
        return {match_key(credit.name)}
    if credit.kind == "person" and credit.birth_year is not None and credit.death_year is not None:
        names = (credit.name, *credit.alternate_names)
        return name_keys(names) | {match_key(credit.name)}
    return set()


def _is_surely(author: ResolvedAuthor, credit: Credit) -> bool:
    """Whether `author`, found by a key of `credit`, is the placeholder that it names, or a person of the same years."""
    if author.kind != credit.kind or author.kind == "placeholder":
        return author.kind == credit.kind
    same_life = (author.birth_year, author.death_year) == (credit.birth_year, credit.death_year)
    return same_life and names_agree(author.names, (credit.name, *credit.alternate_names))


def _new_key(credit: Credit) -> Any:
    """A key that is equal for headings of one source that mean one new author: placeholders of one name."""
    return match_key(credit.name) if credit.kind == "placeholder" else (credit.heading,)
