"""Emptied: notes of authors, categories, subjects and series that lost their last book in a load."""

from django.db import models


class Emptied(models.Model):
    """A note of an author, category, subject or series that lost its last book in a load.

    When the load ends, the row is deleted if it still has no book.
    """

    pk = models.CompositePrimaryKey("kind", "row_id")
    kind = models.CharField(max_length=20)
    row_id = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.kind} {self.row_id}"
