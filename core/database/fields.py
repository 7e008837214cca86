"""Column types that both databases must treat alike."""

import random
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.sql.compiler import SQLCompiler

from core.text import SORT_LENGTH

SAMPLE_RANGE = 2_147_483_647
"""Sample keys are uniform in [0, SAMPLE_RANGE): the share of rows below a bound is bound / SAMPLE_RANGE."""


class FoldedField(models.CharField):  # type: ignore[type-arg]
    """Folded text to sort and compare by: in code point order on both databases, at most 200 characters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", SORT_LENGTH)
        super().__init__(*args, **kwargs)

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        """SQLite compares bytes by default; PostgreSQL is told to (collation C)."""
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


class FoldedKey(FoldedField):
    """Folded text that is the key of its table."""

    @property
    def unique(self) -> bool:
        """Not said: Django would give PostgreSQL a second index, for LIKE, which collation C makes needless."""
        return False


def sample_key() -> int:
    """A uniform random integer: a row's fixed place in samples and shuffles."""
    return random.randrange(SAMPLE_RANGE)  # noqa: S311 - statistics, not secrets


def imported_field() -> "models.BooleanField[bool, bool]":
    """A column that says of a row that a load made it: a load may then take it away when it has lost its last book.

    Whoever makes a row by hand, or changes one, says False.
    """
    return models.BooleanField(default=False, db_default=False, editable=False)


@models.CharField.register_lookup
class Digits(models.Lookup):
    """`column__digits=13`: the value is exactly that many ASCII digits. For constraints, so plain SQL on both."""

    lookup_name = "digits"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """A POSIX pattern on PostgreSQL."""
        column, params = self.process_lhs(compiler, connection)
        return f"{column} ~ %s", (*params, f"^[0-9]{{{int(self.rhs)}}}$")

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """GLOB on SQLite: REGEXP would be a Python function that other programs on the file do not have."""
        column, params = self.process_lhs(compiler, connection)
        return f"{column} GLOB %s", (*params, "[0-9]" * int(self.rhs))
