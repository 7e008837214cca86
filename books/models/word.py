"""Word: the vocabulary, a table of the distinct words of titles, names and subjects."""

from django.db import models

from core.database.fields import FoldedKey
from core.text import TOKEN_LENGTH


class Word(models.Model):
    """A token that stands, or once stood, in titles, author names or subjects, and about how many of each have it.

    Loading estimates the numbers, and `reindex` makes them exact. They only decide by which way suggestions are
    searched for: wrong numbers change no suggestion.
    """

    word = FoldedKey(max_length=TOKEN_LENGTH, primary_key=True)
    titles = models.IntegerField(default=0)
    names = models.IntegerField(default=0)
    subjects = models.IntegerField(default=0)

    def __str__(self) -> str:
        return str(self.word)
