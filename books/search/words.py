"""The table of distinct words: every word that a row of a text index has, and no other."""

from django.db.backends.base.base import BaseDatabaseWrapper


def words_with_prefix(connection: BaseDatabaseWrapper, prefix: str, limit: int) -> list[str]:
    """The first `limit` words that begin with `prefix`. A stub, as if there were more: the table lacks words yet."""
    return [f"{prefix}{number}" for number in range(limit)]
