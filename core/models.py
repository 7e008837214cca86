"""RowCount: the table of stored row counts, which every write updates, so that no list has to count its rows."""

from typing import ClassVar

from django.db import models


class RowCount(models.Model):
    """The stored number of rows of one list, under the list's name: `book`, `author:person`, `subject:topic`…"""

    name = models.CharField(max_length=80, primary_key=True)
    value = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(value__gte=0), name="row_count_not_negative")
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.value}"
