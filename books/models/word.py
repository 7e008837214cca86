"""Word: what titles, names and subjects are made of."""

from typing import ClassVar

from django.db import models

from core.fields import FoldedField
from core.text import TOKEN_LENGTH


class Word(models.Model):
    """A token that stands, or once stood, in titles, author names or subjects, and about how many of each.

    Counts steer suggestions and decide nothing: they are raised by loading and made exact by `reindex`.
    """

    word = FoldedField(max_length=TOKEN_LENGTH)
    titles = models.IntegerField(default=0)
    names = models.IntegerField(default=0)
    subjects = models.IntegerField(default=0)

    class Meta:
        # Not `unique`: Django would give PostgreSQL a second index for LIKE, which the collation makes needless.
        constraints: ClassVar = [models.UniqueConstraint(fields=["word"], name="word_once")]

    def __str__(self) -> str:
        return str(self.word)
