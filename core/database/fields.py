"""Column types and lookups that behave alike on both databases."""

import random
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.sql.compiler import SQLCompiler

from core.text import SORT_LENGTH

SAMPLE_RANGE = 2_147_483_647
"""Sample keys are uniform in [0, SAMPLE_RANGE): the share of rows below a bound is bound / SAMPLE_RANGE."""

_BITS = (1 << 64) - 1


class FoldedField(models.CharField):  # type: ignore[type-arg]
    """A text column that both databases sort by code point, for folded text of at most SORT_LENGTH characters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", SORT_LENGTH)
        super().__init__(*args, **kwargs)

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        """The column's type; on PostgreSQL with collation "C", which compares bytes as SQLite does by default."""
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


class FoldedKey(FoldedField):
    """A FoldedField that is the primary key of its table."""

    @property
    def unique(self) -> bool:
        """Always False. For True, Django adds an index for LIKE on PostgreSQL, which collation "C" makes needless."""
        return False


def sample_key(pk: int | None = None) -> int:
    """A uniform integer, which decides the place of row `pk` in samples and in random orders for good.

    It is a hash of the id, so that both databases shuffle alike: SplitMix64 (Steele, Lea, Flood 2014). It is random
    for a row that has no id yet; `reindex` replaces it by the hash.
    """
    if pk is None:
        return random.randrange(SAMPLE_RANGE)  # noqa: S311  # nosec B311 # statistics, not secrets
    mixed = pk * 0x9E3779B97F4A7C15 & _BITS
    mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9 & _BITS
    mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB & _BITS
    return (mixed ^ mixed >> 31) % SAMPLE_RANGE


def imported_field() -> "models.BooleanField[bool, bool]":
    """A boolean column: true for a row that a load created, which a later load may delete with the row's last book.

    It is false for a row that was made or changed by hand.
    """
    return models.BooleanField(default=False, db_default=False, editable=False)


@models.CharField.register_lookup
class Digits(models.Lookup):
    """The lookup `column__digits=13`: the value consists of exactly 13 ASCII digits.

    It is plain SQL, for constraints.
    """

    lookup_name = "digits"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """The condition and its parameters for PostgreSQL, as a POSIX pattern."""
        column, params = self.process_lhs(compiler, connection)
        return f"{column} ~ %s", (*params, f"^[0-9]{{{int(self.rhs)}}}$")

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """The condition and its parameters for SQLite, with GLOB.

        Django's REGEXP is a Python function, which other programs that open the file do not have.
        """
        column, params = self.process_lhs(compiler, connection)
        return f"{column} GLOB %s", (*params, "[0-9]" * int(self.rhs))
