"""Word and LostWord: the distinct words of the text indexes, and those of them that may have no row any more."""

from django.db import models

from core.database.fields import FoldedField, FoldedKey
from core.text import TOKEN_LENGTH


class Word(models.Model):
    """A token that stands in one of the text indexes, of books, authors or subjects.

    `reversed` is the word's characters backwards: the words that end with a text are a range of its index.
    """

    word = FoldedKey(max_length=TOKEN_LENGTH, primary_key=True)
    reversed = FoldedField(max_length=TOKEN_LENGTH)

    class Meta:
        # Not db_index, for which Django adds a second index for LIKE on PostgreSQL.
        indexes = (models.Index(fields=["reversed"], name="books_word_reversed"),)

    def __str__(self) -> str:
        return str(self.word)


class LostWord(models.Model):
    """A note that a row lost this word: `sweep_words` then looks whether another row has it. A word may stand twice."""

    word = models.CharField(max_length=TOKEN_LENGTH)

    def __str__(self) -> str:
        return str(self.word)
