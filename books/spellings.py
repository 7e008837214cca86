"""Subjects that differ only in spelling are one: which spelling is shown, and merging those stored as several."""

from collections.abc import Iterable

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Exists, OuterRef
from django.utils import timezone

from books.models import Book, BookSubject, Subject, SubjectSpelling
from core.database.bulk import update_rows
from core.database.row_counts import add_row_counts

_COMMONEST = """
    WITH used AS (
        SELECT subject_id, coalesce(spelling, 0) AS number, count(*) AS books FROM books_booksubject
        WHERE subject_id IN (SELECT subject_id FROM books_subjectspelling)
        GROUP BY subject_id, coalesce(spelling, 0)
    ), ranked AS (
        SELECT spelling.subject_id, spelling.name, row_number() OVER (
            PARTITION BY spelling.subject_id ORDER BY coalesce(used.books, 0) DESC, spelling.number
        ) AS place
        FROM books_subjectspelling spelling
        LEFT JOIN used ON used.subject_id = spelling.subject_id AND used.number = spelling.number
    )
    SELECT subject.id, ranked.name FROM ranked JOIN books_subject subject ON subject.id = ranked.subject_id
    WHERE ranked.place = 1 AND subject.imported AND subject.name <> ranked.name AND NOT EXISTS (
        SELECT 1 FROM books_subject other WHERE other.kind = subject.kind AND other.name = ranked.name
    )
    ORDER BY subject.id
"""


def show_commonest_spellings(connection: BaseDatabaseWrapper) -> int:
    """Show each imported subject in the spelling that most books' records have; returns how many were shown otherwise.

    Of equally common spellings the one loaded first is shown. Slugs stay. The search indexes have the same words for
    all spellings; the books are noted as changed, since they show the subject.
    """
    with transaction.atomic(using=connection.alias):
        with connection.cursor() as cursor:
            cursor.execute(_COMMONEST)
            renamed = cursor.fetchall()
        update_rows(connection, "books_subject", ["id"], ["name"], renamed)
        links = BookSubject.objects.filter(subject__in=[pk for pk, _ in renamed])
        Book.objects.filter(pk__in=links.values("book")).update(updated_at=timezone.now())
    return len(renamed)


def merge_spellings(subjects: Iterable[Subject]) -> list[Subject]:
    """Merge each of `subjects` with those of its kind and match key; return the ones that are left of `subjects`.

    In the current transaction, and with `match_key` set on the instances but not yet stored. The one with the most
    books stays, with its slug.
    """
    groups: dict[tuple[str, str | None], list[Subject]] = {}
    for subject in subjects:
        groups.setdefault((subject.kind, subject.match_key), []).append(subject)
    keys = {key for _, key in groups}
    mine = {subject.pk for group in groups.values() for subject in group}
    for stored in Subject.objects.filter(match_key__in=keys).exclude(pk__in=mine):
        if group := groups.get((stored.kind, stored.match_key)):
            group.append(stored)
    left = []
    for group in groups.values():
        kept = max(group, key=lambda subject: (subject.books_count, -subject.pk))
        for gone in group:
            if gone is not kept:
                _merge(kept, gone)
        left += [kept] if kept.pk in mine else []
    return left


def _merge(kept: Subject, gone: Subject) -> None:
    """Give the books of `gone` to `kept`, each with its spelling, and delete `gone`."""
    numbers = _spellings(kept)
    if not SubjectSpelling.objects.filter(subject=kept).exists():
        SubjectSpelling.objects.create(subject=kept, number=0, name=kept.name)
    moved = BookSubject.objects.filter(subject=gone)
    moved.filter(Exists(BookSubject.objects.filter(subject=kept, book=OuterRef("book")))).delete()
    Book.objects.filter(pk__in=moved.values("book")).update(updated_at=timezone.now())
    for name, number in _spellings(gone).items():
        if name not in numbers:
            numbers[name] = max(numbers.values()) + 1
            SubjectSpelling.objects.create(subject=kept, number=numbers[name], name=name)
        moved.filter(spelling=number or None).update(subject=kept, spelling=numbers[name] or None)
    SubjectSpelling.objects.filter(subject=gone).delete()
    kept.imported = kept.imported and gone.imported
    kept.books_count = BookSubject.objects.filter(subject=kept).count()
    Subject.objects.filter(pk=kept.pk).update(imported=kept.imported, books_count=kept.books_count)
    add_row_counts(connection, {f"subject:{gone.kind}": -1})
    gone.delete()


def _spellings(subject: Subject) -> dict[str, int]:
    """The number of each spelling of a subject by its text."""
    stored = dict(SubjectSpelling.objects.filter(subject=subject).values_list("name", "number"))
    return stored or {subject.name: 0}
