"""Emptied: rows that lost their last book in a load."""

from django.db import models


class Emptied(models.Model):
    """An author, category or subject that lost its last book in a load, whose end deletes it if it still has none."""

    pk = models.CompositePrimaryKey("kind", "row_id")
    kind = models.CharField(max_length=20)
    row_id = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.kind} {self.row_id}"
