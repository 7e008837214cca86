"""Category, a tree of shelves; and Subject, a flat list of terms of several kinds."""

import re
from hashlib import blake2b
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q

from core.database.fields import FoldedField, imported_field, sample_key
from core.database.keyset import Term
from core.text import nfc, sort_name, words

CATEGORY_ORDERINGS: dict[str, Term] = {"name": Term("sort_key"), "books_count": Term("books_count")}
SUBJECT_ORDERINGS = CATEGORY_ORDERINGS
RESERVED_SLUGS = ("tree",)
KEY_LENGTH = 500
_DASHES = re.compile(r"\s*--\s*")


def slug_of(*labels: str) -> str:
    """The slug for a path of labels: their folded words joined by hyphens, at most 150 characters. It may be taken."""
    slug = "-".join(word for label in labels for word in words(label))[:150].strip("-") or "x"
    return f"{slug}-2" if slug in RESERVED_SLUGS else slug


def subject_slug(kind: str, name: str) -> str:
    """The slug for a subject: that of its name, with the kind before it unless the kind is topic. It may be taken."""
    return slug_of(name) if kind == "topic" else slug_of(kind, name)


def spelling_key(name: str) -> str:
    """What spellings of one subject share: the name without case, a final stop and the blanks round `--`.

    At most KEY_LENGTH characters; the end of a longer key is replaced by a hash of the whole.
    """
    key = _DASHES.sub("--", nfc(name).casefold()).rstrip(" .") or name
    return (
        key
        if len(key) <= KEY_LENGTH
        else f"{key[: KEY_LENGTH - 32]}{blake2b(key.encode(), digest_size=16).hexdigest()}"
    )


def free_slug(wanted: str, taken: set[str]) -> str:
    """`wanted`, or `wanted` with the first of -2, -3… that is not in `taken`; the result is added to `taken`."""
    slug, number = wanted, 1
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    taken.add(slug)
    return slug


class CategoryQuerySet(models.QuerySet["Category"]):
    """A queryset of categories, with a method for each condition of the API's filters."""

    def for_list(self) -> Self:
        """The categories with the columns and relations that a page of categories shows."""
        return self.select_related("parent")

    def for_detail(self) -> Self:
        """The categories with the columns and relations that one category's page shows."""
        return self.for_list()

    def within(self, slugs: list[str]) -> Self:
        """The categories that `slugs` name, and all categories below them."""
        return self.filter(pk__in=CategoryAncestor.objects.filter(ancestor__slug__in=slugs).values("category_id"))


class Category(models.Model):
    """A shelf in a tree. `books_count` counts the distinct books of it and of all categories below it."""

    name = models.CharField(max_length=300)
    slug = models.CharField(max_length=160, unique=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.JSONField(default=list, editable=False)
    sort_key = FoldedField(editable=False)
    books_count = models.IntegerField(default=0, editable=False)
    sample_key = models.IntegerField(default=sample_key, editable=False)
    imported = imported_field()

    objects = CategoryQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["parent", "name"], name="category_name"),
            models.UniqueConstraint(fields=["name"], condition=Q(parent=None), name="category_root_name"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="category_not_own_parent"),
            models.CheckConstraint(condition=~Q(name=""), name="category_has_name"),
            models.CheckConstraint(condition=~Q(slug__in=RESERVED_SLUGS), name="category_slug_not_reserved"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["sort_key", "id"], name="category_by_name"),
            models.Index(fields=["books_count", "id"], name="category_by_books"),
            models.Index(fields=["sample_key"], name="category_sample"),
        ]

    def __str__(self) -> str:
        return " / ".join(self.path) or self.name

    def derive(self) -> None:
        """Set the path of labels and the sort key, which follow from the name and the parent. Does not save."""
        self.path = [*(self.parent.path if self.parent else []), self.name]
        self.sort_key = sort_name(self.name)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the category; update the paths and ancestors of it and of all below it. The database refuses a cycle."""
        self.derive()
        super().save(*args, **kwargs)
        above = CategoryAncestor.objects.filter(category=self.parent_id).values_list("ancestor_id", flat=True)
        CategoryAncestor.objects.filter(category=self).delete()
        CategoryAncestor.objects.bulk_create(
            CategoryAncestor(category=self, ancestor_id=ancestor) for ancestor in (*above, self.pk)
        )
        for child in self.children.all():
            child.save()


class CategoryAncestor(models.Model):
    """A pair of a category and one above it, or itself: all such pairs, so that a subtree is found by one look-up."""

    category = models.ForeignKey(Category, models.CASCADE, related_name="ancestors", db_index=False)
    ancestor = models.ForeignKey(Category, models.CASCADE, related_name="descendants", db_index=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["category", "ancestor"], name="category_ancestor")]
        indexes: ClassVar = [models.Index(fields=["ancestor", "category"], name="category_descendant")]

    def __str__(self) -> str:
        return f"{self.category_id} below {self.ancestor_id}"


class SubjectQuerySet(models.QuerySet["Subject"]):
    """A queryset of subjects, with a method for each condition of the API's filters."""

    def for_list(self) -> Self:
        """The subjects with the columns and relations that a page of subjects shows."""
        return self

    def for_detail(self) -> Self:
        """The subjects with the columns and relations that one subject's page shows."""
        return self

    def browsable(self) -> Self:
        """The subjects of the kinds that are listed by default: all but shelves and class codes."""
        return self.exclude(kind__in=Subject.HIDDEN)


class Subject(models.Model):
    """A subject of books, in a source's words: of its spellings, `name` is the one that most books' records have.

    `match_key` is null only for a subject that an earlier version stored, until `reindex`.
    """

    class Kind(models.TextChoices):
        TOPIC = "topic"
        GENRE = "genre"
        PLACE = "place"
        PERSON = "person"
        TIME = "time"
        SHELF = "shelf"
        CLASS = "class"

    HIDDEN = (Kind.SHELF, Kind.CLASS)

    name = models.CharField(max_length=500)
    kind = models.CharField(max_length=6, choices=Kind.choices, default=Kind.TOPIC)
    slug = models.CharField(max_length=160, unique=True)
    sort_key = FoldedField(editable=False)
    match_key = FoldedField(max_length=KEY_LENGTH, null=True, editable=False)
    books_count = models.IntegerField(default=0, editable=False)
    sample_key = models.IntegerField(default=sample_key, editable=False)
    imported = imported_field()

    objects = SubjectQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "name"], name="subject_name"),
            models.UniqueConstraint(
                fields=["kind", "match_key"], condition=Q(match_key__isnull=False), name="subject_match"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="subject_has_name"),
            models.CheckConstraint(condition=Q(books_count__gte=0), name="subject_books_count"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["sort_key", "id"], name="subject_by_name"),
            models.Index(fields=["books_count", "id"], name="subject_by_books"),
            models.Index(fields=["kind", "sort_key", "id"], name="subject_by_kind"),
            models.Index(fields=["sample_key"], name="subject_sample"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def wanted_slug(self) -> str:
        """The slug that this subject is to have; another subject may have it already."""
        return subject_slug(self.kind, self.name)

    def derive(self) -> None:
        """Set the sort key and the match key from the name."""
        self.sort_key, self.match_key = sort_name(self.name), spelling_key(self.name)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with the keys up to date and, where there is no slug yet, a new one that no other subject has."""
        self.derive()
        if not self.slug:
            like = Subject.objects.filter(slug__startswith=self.wanted_slug).values_list("slug", flat=True)
            self.slug = free_slug(self.wanted_slug, set(like))
        super().save(*args, **kwargs)


class SubjectSpelling(models.Model):
    """A spelling of a subject that has several: a book's link says by `number` which of them its record has."""

    subject = models.ForeignKey(Subject, models.CASCADE, related_name="spellings", db_index=False)
    number = models.SmallIntegerField()
    name = models.CharField(max_length=500)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["subject", "number"], name="subject_spelling")]

    def __str__(self) -> str:
        return self.name
