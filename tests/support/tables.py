"""The rows of every table as plain values without ids and times, to compare one database with another."""

from collections import Counter
from collections.abc import Mapping
from functools import cache
from hashlib import blake2b

from django.apps import apps
from django.db import connection, models

from authors.models import Author
from authors.search import AUTHOR_INDEX
from books.models import Book, Subject
from books.search.indexes import BOOK_INDEX, SUBJECT_INDEX
from core.jobs.models import Job
from core.search.index import TextIndex

Tables = Mapping[str, list[str]]
INDEXES = ((AUTHOR_INDEX, Author), (SUBJECT_INDEX, Subject), (BOOK_INDEX, Book))
JOURNALS = (Job,)
"""Tables that say what was done and when, not what the catalogue is."""


def tables() -> Tables:
    """The sorted rows of each table, as text; where a row refers to another one, there is a hash of that one's text."""
    compared = [model for model in apps.get_models(include_auto_created=True) if model not in JOURNALS]
    rows = {model: {row[0]: row[1:] for row in _rows(model)} for model in compared}

    @cache
    def text(model: type[models.Model], pk: object) -> str:
        values = {}
        for field, value in zip(_fields(model), rows[model][pk], strict=True):
            target = field.related_model if isinstance(field, models.ForeignKey) else None
            if target in JOURNALS:
                continue
            values[field.name] = value if target is None or value is None else digest(text(target, value))
        return repr(values)

    def indexed(index: TextIndex, model: type[models.Model]) -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(index.row_columns(connection.vendor))} FROM {index.table}")
            return sorted(f"{digest(text(model, pk))} {values}" for pk, *values in cursor.fetchall())

    return {
        **{model._meta.db_table: sorted(text(model, pk) for pk in rows[model]) for model in compared},
        **{index.table: indexed(index, model) for index, model in INDEXES},
    }


def differences(one: Tables, other: Tables) -> dict[str, list[str]]:
    """Some of the rows that only one of two databases has, by table, each with - if it is of the first; {} if none."""
    found = {}
    for table in sorted({*one, *other}):
        first, second = Counter(one.get(table, ())), Counter(other.get(table, ()))
        rows = [f"- {row}" for row in first - second][:3] + [f"+ {row}" for row in second - first][:3]
        if rows:
            found[table] = rows
    return found


def digest(text: str) -> str:
    """A hash that stands for a row in the rows that refer to it."""
    return blake2b(text.encode(), digest_size=8).hexdigest()


def _fields(model: type[models.Model]) -> list[models.Field]:
    return [
        field
        for field in model._meta.local_concrete_fields
        if not isinstance(field, models.AutoField | models.DateTimeField) and field.name != "sample_key"
    ]


def _rows(model: type[models.Model]) -> list[tuple]:
    names = [field.attname for field in _fields(model)]
    return [
        (pk, *(bytes(value) if isinstance(value, memoryview) else value for value in values))
        for pk, *values in model._default_manager.values_list("pk", *names)
    ]
