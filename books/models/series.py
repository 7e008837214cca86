"""Series: books that belong together and have places in an order."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from books.models.classification import free_slug, slug_of
from core.database.fields import FoldedField, imported_field
from core.database.keyset import Term
from core.text import SORT_LENGTH, match_key, sort_name

SERIES_ORDERINGS: dict[str, Term] = {"name": Term("sort_key"), "books_count": Term("books_count")}


def series_key(name: str) -> str:
    """What names of one series share: the folded words; the case-folded name where it has no words."""
    return match_key(name) or name.casefold()[:SORT_LENGTH]


class SeriesQuerySet(models.QuerySet["Series"]):
    """A queryset of series, with a method for each condition of the API's filters."""

    def for_list(self) -> Self:
        """The series with the columns and relations that a page of series shows."""
        return self

    def for_detail(self) -> Self:
        """The series with the columns and relations that one series' page shows."""
        return self

    def called(self, text: str) -> Self:
        """The series with the slug `text`; without one, those with the name `text`, case and accents ignored."""
        by_slug = self.filter(slug=text)
        return by_slug if by_slug.exists() else self.filter(match_key=series_key(text))


class Series(models.Model):
    """A series of books. There is one for each folded name, unless an editor makes others with slugs of their own.

    `is_default` says which of several with one folded name is meant by the name alone.
    """

    name = models.CharField(max_length=500)
    slug = models.CharField(max_length=160, unique=True)
    sort_key = FoldedField(editable=False)
    match_key = FoldedField(editable=False)
    is_default = models.BooleanField(default=True, editable=False)
    books_count = models.IntegerField(default=0, editable=False)
    imported = imported_field()

    objects = SeriesQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "series"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["match_key"], condition=Q(is_default=True), name="series_default_name"),
            models.CheckConstraint(condition=~Q(name=""), name="series_has_name"),
            models.CheckConstraint(condition=Q(books_count__gte=0), name="series_books_count"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["sort_key", "id"], name="series_by_name"),
            models.Index(fields=["books_count", "id"], name="series_by_books"),
            models.Index(fields=["match_key"], name="series_by_match_key"),
        ]

    def __str__(self) -> str:
        return self.name

    def derive(self) -> None:
        """Set the sort key and the match key from the name."""
        self.sort_key, self.match_key = sort_name(self.name), series_key(self.name)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with the keys up to date and, where there is no slug yet, a new one that no other series has."""
        self.derive()
        if not self.slug:
            wanted = slug_of(self.name)
            like = Series.objects.filter(slug__startswith=wanted).values_list("slug", flat=True)
            self.slug = free_slug(wanted, set(like))
        super().save(*args, **kwargs)
