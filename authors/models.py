"""Author, AuthorHeading: the headings under which sources name an author, and MergedAuthor: who was merged."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from authors.search import AUTHOR_INDEX
from core.changes.querysets import FollowingQuerySet
from core.database.fields import FoldedField, imported_field, sample_key
from core.database.keyset import Term
from core.search.expressions import matching
from core.search.query import TextQuery
from core.text import match_key, nfc, sort_name

LIFESPAN = 100
"""Years assumed from a known year of birth to an unknown death, and back."""

ALIVE_FROM = Coalesce(F("birth_year"), F("death_year") - LIFESPAN)
ALIVE_TO = Coalesce(F("death_year"), F("birth_year") + LIFESPAN)

AUTHOR_ORDERINGS: dict[str, Term] = {
    "name": Term("sort_key"),
    "books_count": Term("books_count"),
    "birth_year": Term("birth_year", nullable=True),
    "id": Term("id"),
}


class AuthorQuerySet(FollowingQuerySet["Author"]):
    """A queryset of authors, with a method for each condition of the API's filters."""

    resource = "authors"

    def for_list(self) -> Self:
        """The authors with the columns and relations that a page of authors shows."""
        return self

    def for_detail(self) -> Self:
        """The authors with the columns and relations that one author's page shows."""
        return self

    def named(self, query: TextQuery) -> Self:
        """Authors who have every word of `query` in their display name or alternate names."""
        return self.filter(pk__in=matching(AUTHOR_INDEX, query.within("names")))

    def alive_between(self, first: int | None, last: int | None) -> Self:
        """Authors alive in some year from `first` to `last`; None for an end that does not matter.

        Where only one year of an author's life is known, the other is taken to be 100 years from it.
        """
        authors = self
        if first is not None:
            authors = authors.alias(alive_to=ALIVE_TO).filter(alive_to__gte=first)
        if last is not None:
            authors = authors.alias(alive_from=ALIVE_FROM).filter(alive_from__lte=last)
        return authors

    def with_books(self, present: bool) -> Self:
        """Authors of at least one book if `present`, else authors of none."""
        return self.filter(books_count__gt=0) if present else self.filter(books_count=0)


YEARS = (-5000, 2200)
"""The years a catalogue may name; there is no year 0."""


def is_year(year: int) -> bool:
    """Whether a catalogue may have the year `year`: it is within YEARS, and not 0."""
    return year != 0 and YEARS[0] <= year <= YEARS[1]


def year_check(field: str, name: str) -> models.CheckConstraint:
    """A database constraint `name`: `field` is null, or a year within YEARS other than 0."""
    low, high = YEARS
    plausible = Q(**{f"{field}__gte": low, f"{field}__lte": high}) & ~Q(**{field: 0})
    return models.CheckConstraint(condition=Q(**{f"{field}__isnull": True}) | plausible, name=name)


class Author(models.Model):
    """A person, an organisation, or a placeholder such as Various, whom books are credited to."""

    class Kind(models.TextChoices):
        PERSON = "person"
        ORGANISATION = "organisation"
        PLACEHOLDER = "placeholder"

    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.PERSON)
    name = models.CharField(max_length=500)
    sort_name = models.CharField(max_length=500)
    sort_key = FoldedField(editable=False)
    match_key = FoldedField(editable=False)
    alternate_names = models.JSONField(default=list, blank=True)
    birth_year = models.SmallIntegerField(null=True, blank=True)
    death_year = models.SmallIntegerField(null=True, blank=True)
    bio = models.TextField(blank=True)
    identifiers = models.JSONField(default=dict, blank=True)
    books_count = models.IntegerField(default=0, editable=False)
    sample_key = models.IntegerField(default=sample_key, editable=False)
    imported = imported_field()
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = AuthorQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            year_check("birth_year", "author_birth_year"),
            year_check("death_year", "author_death_year"),
            models.CheckConstraint(condition=~Q(name=""), name="author_has_name"),
            models.CheckConstraint(condition=Q(books_count__gte=0), name="author_books_count"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["sort_key", "id"], name="author_by_name"),
            models.Index(fields=["books_count", "id"], name="author_by_books"),
            models.Index(fields=["birth_year", "id"], name="author_by_birth"),
            models.Index(fields=["death_year", "id"], name="author_by_death"),
            models.Index(fields=["kind", "sort_key", "id"], name="author_by_kind"),
            models.Index(fields=["match_key", "id"], name="author_by_match_key"),
            models.Index(fields=["sample_key"], name="author_sample"),
            models.Index(ALIVE_FROM, name="author_alive_from"),
            models.Index(ALIVE_TO, name="author_alive_to"),
            models.Index(fields=["id"], name="author_without_books", condition=Q(books_count=0)),
        ]

    def __str__(self) -> str:
        return self.name

    def derive(self) -> None:
        """Set the columns that follow from others: texts in composed form, the sort key and the match key.

        Does not save.
        """
        self.name, self.sort_name = nfc(self.name), nfc(self.sort_name or self.name)
        self.sort_key = sort_name(self.sort_name)
        self.match_key = match_key(self.name)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the author, with the columns that `derive` sets."""
        self.derive()
        super().save(*args, **kwargs)


class AuthorHeading(models.Model):
    """A heading by which a source names an author; a source's heading names one author only."""

    source = models.CharField(max_length=40)
    heading = models.CharField(max_length=500)
    author = models.ForeignKey(Author, models.CASCADE, related_name="headings")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "heading"], name="author_heading")]

    def __str__(self) -> str:
        return f"{self.source}: {self.heading}"


class MergedAuthor(models.Model):
    """A merge of one author into another: the id of the one that is `gone`, and the one that was kept.

    A row whose author `gone` is still there is a merge that a load has decided and not yet carried out. `evidence` is
    what showed that the two are one: a kind of books/importing/joining/evidence.py, or `heading` where a source
    replaced the heading of one by that of the other.
    """

    gone = models.BigIntegerField(primary_key=True)
    kept = models.ForeignKey(Author, models.CASCADE, related_name="merged")
    evidence = models.CharField(max_length=20)
    merged_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.gone} into {self.kept_id}"


class ReplacedHeading(models.Model):
    """A note that on some book a source now names the author `new` where it had named `old`.

    When the source's load ends, it is decided whether the two are one person, and the note is deleted.
    """

    source = models.CharField(max_length=40)
    old = models.ForeignKey(Author, models.CASCADE, related_name="+", db_index=False)
    new = models.ForeignKey(Author, models.CASCADE, related_name="+", db_index=False)
    made = models.BooleanField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "old", "new"], name="replaced_heading_once")]

    def __str__(self) -> str:
        return f"{self.source}: {self.old_id} by {self.new_id}"
