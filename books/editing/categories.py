"""CategoryEditor: an editor's changes of the tree of categories."""

from typing import Any

from django.db import connection

from books.counts import count_again
from books.editing.editor import FieldError, InUse
from books.editing.renewal import renew_books_of
from books.models import BookCategory, Category, CategoryAncestor
from books.models.classification import RESERVED_SLUGS, free_slug, slug_of
from core.changes.former_keys import note_deleted, note_moved, note_used
from core.database.row_counts import add_row_counts

RESOURCE = "categories"


class CategoryEditor:
    """The Editor of categories. What follows from a path is written with it, for all books below it."""

    def create(self, values: dict[str, Any]) -> Category:
        """Save a new category with the columns `values` and return it; `parent` is a slug. Raises FieldError."""
        parent = _parent(values.get("parent"))
        _check_name(values["name"], parent, None)
        slug = values.get("slug", "")
        _check_slug(slug)
        category = Category(name=values["name"], slug=slug or _free(values["name"], parent), parent=parent)
        category.save()
        note_used(RESOURCE, category.slug)
        add_row_counts(connection, {"category": 1})
        return category

    def change(self, row: Category, values: dict[str, Any]) -> None:
        """Set columns of a category that is locked, by name, and save it. Raises FieldError.

        The books below it have another path, and another `updated_at`; a slug that it had leads to the new one.
        """
        former, path, above = row.slug, row.path, _above(row)
        parent = _parent(values["parent"]) if "parent" in values else row.parent
        shown = (row.name, row.slug, row.parent)
        if shown == (values.get("name", row.name), values.get("slug", row.slug), parent):
            return
        if parent and CategoryAncestor.objects.filter(category=parent, ancestor=row).exists():
            raise FieldError("parent", "cycle", "A category cannot be below itself.")
        row.name, row.parent, row.slug = values.get("name", row.name), parent, values.get("slug", row.slug)
        _check_name(row.name, parent, row.pk)
        if row.slug != former:
            _check_slug(row.slug)
        row.imported = False
        row.save()
        if row.slug != former:
            note_moved(RESOURCE, former, row.slug)
        if (moved := above ^ _above(row)) - {row.pk}:
            count_again(connection, "books_category", sorted(moved))
        if (row.slug, row.path) != (former, path):
            renew_books_of(RESOURCE, row.pk)

    def delete(self, row: Category) -> None:
        """Delete a category that is locked. Raises InUse if books, or other categories, are in it."""
        if BookCategory.objects.filter(category=row).exists():
            raise InUse("Books are in this category.")
        if row.children.exists():
            raise InUse("Other categories are below this one.")
        note_deleted(RESOURCE, row.slug)
        row.delete()
        add_row_counts(connection, {"category": -1})


def _parent(slug: str | None) -> Category | None:
    """The category with the slug of a body, locked, so that it stays where it is; None for null."""
    if slug is None:
        return None
    found = Category.objects.select_for_update().filter(slug=slug).first()
    if found is None:
        raise FieldError("parent", "unknown", "There is no category with this slug.")
    return found


def _check_name(name: str, parent: Category | None, own: int | None) -> None:
    if Category.objects.filter(parent=parent, name=name).exclude(pk=own or 0).exists():
        raise FieldError("name", "taken", "Another category with this parent has this name.")


def _check_slug(slug: str) -> None:
    if slug in RESERVED_SLUGS:
        raise FieldError("slug", "reserved", "This slug is the name of a path.")
    if slug and Category.objects.filter(slug=slug).exists():
        raise FieldError("slug", "taken", "Another category has this slug.")


def _free(name: str, parent: Category | None) -> str:
    wanted = slug_of(*(parent.path if parent else []), name)
    return free_slug(wanted, set(Category.objects.filter(slug__startswith=wanted).values_list("slug", flat=True)))


def _above(category: Category) -> set[int]:
    """The ids of the categories above one, and its own."""
    return set(CategoryAncestor.objects.filter(category=category).values_list("ancestor_id", flat=True))
