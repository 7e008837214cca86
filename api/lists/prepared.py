"""Prepared requests: what later requests of a shape are answered by, without middleware, URLconf and view.

A prepared request holds no data. It is left by a view only if its response follows from the request and the rows
alone, so nothing that was read from the database or drawn on the way may be part of it (PreparedList.of).
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_plus

import orjson
from django.db.models import Field, Model, QuerySet

from api.exceptions import ProblemError
from api.links import surrogate_keys
from api.lists.pages import ListPages
from api.lists.readers import InstanceReader, PlanReader, looked_up_ids
from core.http.shape import PreparedResponse


class PreparedList:
    """Answers with any page of a list; the value in the request's shape is the page's cursor."""

    own = frozenset({b"link"})

    def __init__(self, pages: ListPages) -> None:
        self.pages = pages

    @classmethod
    def of(cls, pages: ListPages) -> "PreparedList | None":
        """The prepared request of a list; None where it would hold data.

        That is the owner of the books listed, ids that a filter looked up, or the seed drawn for a random order.
        """
        owned = pages.counts.owner_count is not None
        return None if owned or pages.random_seed_drawn or looked_up_ids(pages.order.rows) else cls(pages)

    def answer(self, *values: bytes) -> PreparedResponse | None:
        """The page at the cursor, the first without one; None for a cursor that is refused."""
        try:
            page = self.pages.at(unquote_plus(values[0].decode()) if values else None)
        except ProblemError:
            return None
        return PreparedResponse(orjson.dumps(page.document()), page.headers())


class Lookup:
    """Reads the one row that has a given value in the column `name`."""

    def __init__(self, rows: QuerySet[Any], name: str, reader: PlanReader | InstanceReader) -> None:
        self.rows, self.name, self.reader = rows, name, reader
        self.field: Field[Any, Any] = rows.model._meta.get_field("id" if name == "pk" else name)

    def find(self, value: str) -> dict[str, Any] | None:
        """The document of the row with this value, None where there is no such row."""
        rows: Callable[..., Any] = lambda value: self.rows.filter(**{self.name: value})  # noqa: E731
        found = self.reader.find(self.name, rows, value=(self.field, value))
        return self.reader.show(found)[0] if found else None


class PreparedDetail:
    """Answers with one resource: by the id in the shape's values, or else by the slug that is part of the shape."""

    own = frozenset({b"surrogate-key"})

    def __init__(self, lookup: Lookup, value: str) -> None:
        self.lookup, self.value = lookup, value

    def answer(self, *values: bytes) -> PreparedResponse | None:
        """The resource's document; None where there is no such row."""
        value = values[0].decode() if values else self.value
        document = self.lookup.find(value)
        model: type[Model] = self.lookup.rows.model
        return None if document is None else PreparedResponse(orjson.dumps(document), surrogate_keys(model, value))
