"""Emptied: what a load took the last book of."""

from django.db import models


class Emptied(models.Model):
    """An author, category or subject that lost its last book in a load, whose end sweeps it if it has none by then."""

    pk = models.CompositePrimaryKey("kind", "row_id")
    kind = models.CharField(max_length=20)
    row_id = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.kind} {self.row_id}"
