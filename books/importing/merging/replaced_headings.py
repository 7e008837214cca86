"""Merges two authors if a source replaced the heading of one: `Melville, Herman, 1819-` by `…, 1819-1891`.

A pair of such authors is noted, as a row, when a book changes. It is decided when the source's file has been read to
its end, because only then is it known whether other works still use the old heading.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import partial

from django.utils import timezone

from authors.models import Author, AuthorHeading, MergedAuthor, ReplacedHeading
from books.authority import merge_authors
from books.importing.entities.authors import AuthorResolver
from books.importing.joining.lives import years_agree
from books.importing.merging.rows import ResolvedEntities
from books.importing.merging.updating import Revision
from books.importing.records import Credit
from books.models import BookAuthor, SourceRecord
from core.database.bulk import select_in
from core.database.transactions import in_transaction
from core.text import match_key


def note_replaced(resolver: AuthorResolver, revisions: Collection[Revision], entities: ResolvedEntities) -> None:
    """Save a note for each pair of authors of which one replaced the other on a book, if both may be one person."""
    writes, source = resolver.writes, resolver.source
    lost = {author for revision in revisions for author, _ in revision.stored.links["authors"]}
    sql = "SELECT id, kind, sort_name, birth_year, death_year FROM authors_author WHERE id IN %s"
    names = {
        pk: Credit("", "", sort_name, kind, birth_year=birth, death_year=death)
        for pk, kind, sort_name, birth, death in select_in(writes.connection, sql, sorted(lost))
    }
    sql = "SELECT old_id, new_id FROM authors_replacedheading WHERE old_id IN %s AND source = %s"
    noted = set(select_in(writes.connection, sql, sorted(lost), source))
    for revision in revisions:
        for old, new in _pairs(revision, entities, names):
            if (old, new) not in noted:
                noted.add((old, new))
                writes.added["authors_replacedheading"].append((source, old, new, new in resolver.created))


def _pairs(revision: Revision, entities: ResolvedEntities, names: dict[int, Credit]) -> Iterable[tuple[int, int]]:
    """Pairs of author ids, old and new, of which the new one replaced the old one on the revised book.

    `names` has a Credit with the name, kind and years of each author that the book had before, by id. An author that
    could form several pairs is left out.
    """
    before = {author for author, _ in revision.stored.links["authors"]}
    now = {entities.authors_by_heading[credit.heading].pk: credit for credit in revision.record.credits}
    olds, news = defaultdict(list), defaultdict(list)
    for old in sorted(before - now.keys()):
        for new, credit in now.items():
            if new not in before and _may_be_one(names[old], credit):
                olds[old].append(new)
                news[new].append(old)
    return [(old, new_ids[0]) for old, new_ids in olds.items() if len(new_ids) == 1 and len(news[new_ids[0]]) == 1]


def merge_replaced(source: str) -> None:
    """Delete each note of `source`, and merge its two authors if the source no longer uses the old heading."""
    for pk in ReplacedHeading.objects.filter(source=source).order_by("pk").values_list("pk", flat=True):
        in_transaction(partial(_settle, pk))


def _settle(pk: int) -> None:
    note = ReplacedHeading.objects.filter(pk=pk).first()
    if note:
        # Locked before the note, as by an editor who deletes one of them.
        authors = Author.objects.select_for_update().order_by("pk").in_bulk([note.old_id, note.new_id])
        note.delete()
        if len(authors) > 1:
            _merge_pair(note, authors)


def _merge_pair(note: ReplacedHeading, authors: dict[int, Author]) -> None:
    # Filtered by author and book alone: without statistics SQLite would scan all rows of the source.
    headings = AuthorHeading.objects.filter(author=note.old_id).values_list("source", flat=True)
    books = BookAuthor.objects.filter(author=note.old_id).values("book")
    using = SourceRecord.objects.filter(book__in=books).values_list("source", flat=True)
    if note.source not in headings or note.source in using:
        return
    edited = [pk for pk in (note.old_id, note.new_id) if not authors[pk].imported]
    if len(edited) > 1:
        return
    # Keep the old author, and so its URL, if a load created the new one for this heading; else keep the new one. One
    # that an editor changed is kept, and keeps its name.
    kept = edited[0] if edited else note.old_id if note.made else note.new_id
    gone = note.new_id if kept == note.old_id else note.old_id
    ReplacedHeading.objects.filter(source=note.source, new=gone).exclude(old=kept).update(new=kept, made=False)
    merge_authors(authors[kept], authors[gone], take_name=note.made and not edited)
    MergedAuthor.objects.create(gone=gone, kept_id=kept, evidence="heading", merged_at=timezone.now())


def _family(sort_name: str) -> str:
    return match_key(sort_name.partition(",")[0])


def _may_be_one(old: Credit, new: Credit) -> bool:
    family = _family(old.sort_name)
    return bool(family) and family == _family(new.sort_name) and old.kind == new.kind and years_agree(old, new)
