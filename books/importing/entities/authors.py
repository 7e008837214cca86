"""AuthorResolver: finds the author whom each credit of a batch means, or creates one.

An author is found by the heading that its source uses, or else by name among the authors of other sources.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from authors.search import AUTHOR_INDEX
from books.importing.records import Credit
from books.importing.writing.batch_writes import BatchWrites
from core.database.bulk import Row, allocate_ids, json_text, select_in
from core.database.fields import sample_key
from core.text import match_key, sort_name

_COLUMNS = "author.id, sort_key, kind, name, alternate_names, birth_year, death_year"
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

    @classmethod
    def of_row(cls, row: Sequence[Any]) -> "ResolvedAuthor":
        """A ResolvedAuthor made of a database row with the columns `_COLUMNS`."""
        pk, sort_key, kind, name, others, birth_year, death_year = row
        names = (name, *json.loads(others)) if len(others) > 2 else (name,)
        return cls(pk, sort_key, kind, names, birth_year, death_year)


def may_be_same(author: "ResolvedAuthor | Credit", credit: Credit) -> bool:
    """Whether `credit` may mean `author`: both are of one kind, and neither year of life differs.

    An unknown year fits all.
    """
    years = ((author.birth_year, credit.birth_year), (author.death_year, credit.death_year))
    return author.kind == credit.kind and all(a == b or a is None or b is None for a, b in years)


class AuthorResolver:
    """Finds or creates the authors of one source's credits.

    `created` and `renamed` collect the ids of authors that it created, or gave another name.
    """

    def __init__(self, source: str, writes: BatchWrites) -> None:
        self.source, self.writes, self.connection = source, writes, writes.connection
        # The lock lasts until the commit, so that a concurrent rename indexes the books of this batch too.
        self.lock = " ORDER BY author.id FOR NO KEY UPDATE OF author" if self.connection.vendor == "postgresql" else ""
        self.renamed: set[int] = set()
        self.created: set[int] = set()

    def resolve(self, credits: Iterable[Credit]) -> dict[str, ResolvedAuthor]:
        """The author of each heading in `credits`, by heading.

        A heading that this source has not used before is linked to the only author of that name who may be meant, or
        else to a new author.
        """
        wanted: dict[str, Credit] = {}
        for credit in credits:
            wanted.setdefault(credit.heading, credit)
        sql = f"{_KNOWN} WHERE heading IN %s AND source = %s{self.lock}"
        rows = select_in(self.connection, sql, list(wanted), self.source)
        authors = {heading: ResolvedAuthor.of_row(row) for heading, *row in rows}
        unknown = [credit for heading, credit in wanted.items() if heading not in authors]
        candidates = self._candidates(unknown)
        new = []
        for credit in unknown:
            namesakes = candidates.get(match_key(credit.name), [])
            possible = [author for author in namesakes if may_be_same(author, credit)]
            if len(possible) == 1:
                namesakes.remove(possible[0])
                authors[credit.heading] = self._link(possible[0], credit)
            else:
                new.append(credit)
        pks = allocate_ids(self.connection, "authors_author", len(new))
        created = [(self._create(pk, credit), credit) for pk, credit in zip(pks, new, strict=True)]
        authors |= {credit.heading: author for author, credit in created}
        self.writes.add_lazily("authors_author", self._rows(created))
        self.writes.index_names(AUTHOR_INDEX, [(author.pk, author.names) for author, _ in created])
        self.writes.added["authors_authorheading"] += [
            (self.source, credit.heading, authors[credit.heading].pk) for credit in unknown
        ]
        return authors

    def _candidates(self, credits: list[Credit]) -> dict[str, list[ResolvedAuthor]]:
        """Authors whose main name matches that of one of `credits`, and for whom this source has no heading yet.

        They are grouped by the match key of that name. On PostgreSQL their rows are locked until the commit.
        """
        rows = select_in(
            self.connection,
            f"SELECT match_key, {_COLUMNS} FROM authors_author author WHERE match_key IN %s{self.lock}",  # noqa: S608
            [key for credit in credits if (key := match_key(credit.name))],
        )
        # Filtered by author alone: without statistics SQLite would scan all headings of the source for each author.
        sql = "SELECT author_id, source FROM authors_authorheading WHERE author_id IN %s"
        headings = select_in(self.connection, sql, [row[1] for row in rows])
        known = {author_id for author_id, source in headings if source == self.source}
        candidates: defaultdict[str, list[ResolvedAuthor]] = defaultdict(list)
        for key, *row in rows:
            if row[0] not in known:
                candidates[key].append(ResolvedAuthor.of_row(row))
        return candidates

    def _link(self, author: ResolvedAuthor, credit: Credit) -> ResolvedAuthor:
        """Add to `author` the years and names that only `credit` has; return the author as it is then."""
        keys = {match_key(name) for name in author.names}
        added = [name for name in credit.alternate_names if match_key(name) not in keys]
        linked = author._replace(
            names=(*author.names, *added),
            birth_year=author.birth_year or credit.birth_year,
            death_year=author.death_year or credit.death_year,
        )
        if linked != author:
            values = {
                "alternate_names": json_text(linked.names[1:]),
                "birth_year": linked.birth_year,
                "death_year": linked.death_year,
                "updated_at": self.writes.now,
            }
            self.writes.update("authors_author", {"id": author.pk}, values)
        if added:
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
