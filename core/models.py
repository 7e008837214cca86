"""The tables of row counts, so that no list has to count its rows, and of the state of the search indexes."""

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


class IndexBuild(models.Model):
    """The one row about the search indexes: the version of the text rules that built them, and a rebuild under way.

    `version` is null while no build is known to be complete. A rebuild writes version `building` and has come to the
    row `last_id` of its `stage`; each of its transactions moves it on, so that a killed one goes on from there.
    """

    ONLY = 1

    id = models.SmallIntegerField(primary_key=True)
    version = models.IntegerField(null=True)
    building = models.IntegerField(null=True)
    stage = models.CharField(max_length=40, blank=True)
    last_id = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"version {self.version}"
