"""Rows as JSON, as a RecordedMerge keeps them, and back."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Field, Model, QuerySet

from core.database.bulk import json_text

Values = dict[str, Any]
"""The columns of a row by the names of their attributes, as JSON has them."""


def plain(value: Any) -> Any:
    """`value` as JSON gives it back: tuples are lists."""
    return json.loads(json_text(value))


def rows_of(rows: QuerySet[Any]) -> list[Values]:
    """All columns of each of `rows`."""
    names = [field.attname for field in rows.model._meta.concrete_fields]
    return [{name: _text(row[name]) for name in names} for row in rows.values(*names)]


def put_back(model: type[Model], rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows of `model` as `rows_of` gave them, with the keys that they had."""
    fields: list[Field[Any, Any]] = [*model._meta.concrete_fields]
    made = [model(**{field.attname: field.to_python(row[field.attname]) for field in fields}) for row in rows]
    model._base_manager.bulk_create(made)


def _text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
