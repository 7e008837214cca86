"""Book: one record of the catalogue, which is an edition for a library, a work for Project Gutenberg."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from authors.models import Author, year_check
from books.models.classification import Category, Subject
from books.models.querysets import BookQuerySet
from books.models.series import Series
from core.database.fields import FoldedField, sample_key
from core.text import nfc, title_keys


class Book(models.Model):
    """One record of the catalogue: an edition or a work, as its source sees it."""

    title = models.CharField(max_length=1000)
    subtitle = models.TextField(blank=True)
    part = models.CharField(max_length=500, blank=True)
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    authors = models.ManyToManyField(Author, through="BookAuthor", related_name="books")
    categories = models.ManyToManyField(Category, through="BookCategory", related_name="books")
    subjects = models.ManyToManyField(Subject, through="BookSubject", related_name="books")
    series = models.ManyToManyField(Series, through="BookSeries", related_name="books")
    languages = models.JSONField(default=list, blank=True)
    original_languages = models.JSONField(default=list, blank=True)
    first_published_year = models.SmallIntegerField(null=True, blank=True)
    published_year = models.SmallIntegerField(null=True, blank=True)
    published = models.CharField(max_length=10, blank=True)
    publisher = models.CharField(max_length=500, blank=True)
    pages = models.IntegerField(null=True, blank=True)
    format = models.CharField(max_length=80, blank=True)
    isbn_13 = models.CharField(max_length=13, null=True, blank=True, editable=False)
    work = models.CharField(max_length=200, blank=True)
    links = models.JSONField(default=list, blank=True)
    description = models.TextField(blank=True)
    cover = models.JSONField(null=True, blank=True)
    rating_average = models.FloatField(null=True, blank=True)
    ratings_count = models.IntegerField(null=True, blank=True)
    popularity = models.IntegerField(null=True, blank=True)
    extra = models.JSONField(default=dict, blank=True)
    curated = models.JSONField(default=list, editable=False)
    sort_title = FoldedField(editable=False)
    title_key = FoldedField(editable=False)
    author_key = FoldedField(null=True, editable=False)
    sample_key = models.IntegerField(default=sample_key, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = BookQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            year_check("first_published_year", "book_first_published_year"),
            year_check("published_year", "book_published_year"),
            models.CheckConstraint(condition=~Q(title=""), name="book_has_title"),
            models.CheckConstraint(condition=Q(isbn_13=None) | Q(isbn_13__digits=13), name="book_isbn_13"),
            models.CheckConstraint(
                condition=Q(rating_average=None) | Q(rating_average__gte=0, rating_average__lte=5), name="book_rating"
            ),
            models.CheckConstraint(condition=Q(ratings_count=None) | Q(ratings_count__gte=0), name="book_ratings"),
            models.CheckConstraint(condition=Q(pages=None) | Q(pages__gt=0), name="book_pages"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-popularity", "sort_title", "id"], name="book_default_order"),
            models.Index(fields=["popularity", "id"], name="book_by_popularity"),
            models.Index(fields=["sort_title", "id"], name="book_by_title"),
            models.Index(fields=["title_key", "id"], name="book_by_match_key"),
            models.Index(fields=["author_key", "id"], name="book_by_author"),
            models.Index(fields=["published_year", "id"], name="book_by_year"),
            models.Index(fields=["first_published_year", "id"], name="book_by_first_year"),
            models.Index(fields=["rating_average", "id"], name="book_by_rating"),
            models.Index(fields=["created_at", "id"], name="book_by_created"),
            models.Index(fields=["updated_at", "id"], name="book_by_updated"),
            models.Index(fields=["sample_key", "id"], name="book_sample"),
            models.Index(fields=["category"], name="book_category"),
            models.Index(fields=["work"], name="book_work", condition=~Q(work="")),
            models.Index(fields=["id"], name="book_with_cover", condition=Q(cover__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.title

    def derive(self) -> None:
        """Set the columns that follow from others: composed text, the title's keys, and the sample key of the id."""
        self.sample_key = sample_key(self.pk)
        self.title, self.subtitle = nfc(self.title), nfc(self.subtitle)
        self.sort_title, self.title_key = title_keys(self.title, self.languages)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with the derived columns up to date; a new book's sample key follows from the id that it is given."""
        self.derive()
        super().save(*args, **kwargs)
        if self.sample_key != sample_key(self.pk):
            self.sample_key = sample_key(self.pk)
            Book.objects.filter(pk=self.pk).update(sample_key=self.sample_key)
