"""Finds the authors whom a source names on books that another source has attributed.

Such a book keeps the authors that it has, but it shows who is meant: where a credit of the record and an author of the
book have names that agree, the source's heading is that author's, and other books of this heading are by the same.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable

from authors.models import Author
from books.importing.entities.authors import AuthorResolver, ResolvedAuthor, by_heading
from books.importing.joining.lives import years_agree
from books.importing.joining.names import family_keys, names_agree
from books.importing.merging.matching import MatchedRecord
from books.importing.merging.updating import Revision
from books.importing.records import Credit

MOST_CREDITS = 50
"""Most credits of a book that is looked at: each is compared with each author of the same family name."""


def link_headings(resolver: AuthorResolver, revisions: Iterable[tuple[MatchedRecord, Revision]]) -> None:
    """Link headings that are new to the source to authors of the books that its records are of.

    A heading that fits several authors in the batch, or an author whom several fit, is left for the end of the file.
    """
    credited = [
        (match.prepared.record.credits, {author for author, _ in revision.stored.links["authors"]})
        for match, revision in revisions
        if match.source_record is None and "authors" not in revision.fields
    ]
    credited = [(given, pks) for given, pks in credited if len(given) <= MOST_CREDITS and len(pks) <= MOST_CREDITS]
    authors, named_before = resolver.authors_of_books({author for _, pks in credited for author in pks})
    credits = by_heading(credit for given, _ in credited for credit in given)
    pairs: set[tuple[str, int]] = set()
    for given, pks in credited:
        named: defaultdict[str, set[int]] = defaultdict(set)
        for pk in pks & authors.keys():
            for key in family_keys(authors[pk].names):
                named[key].add(pk)
        for credit in given:
            alike = {pk for key in family_keys((credit.name, *credit.alternate_names)) for pk in named.get(key, ())}
            pairs.update((credit.heading, pk) for pk in alike if _may_be_one(authors[pk], credit))
    headings, meant = Counter(heading for heading, _ in pairs), Counter(pk for _, pk in pairs)
    resolver.link(
        [
            (authors[pk], credits[heading])
            for heading, pk in sorted(pairs)
            if headings[heading] == meant[pk] == 1 and pk not in named_before
        ]
    )


def _may_be_one(author: ResolvedAuthor, credit: Credit) -> bool:
    if author.kind != credit.kind or author.kind == Author.Kind.PLACEHOLDER:
        return False
    return years_agree(author, credit) and names_agree(author.names, (credit.name, *credit.alternate_names))
