"""Prepared requests of lists and of single resources, made by views: core.server.prepared says what for.

A prepared request answers later requests of one shape without middleware, URLconf and view. It holds no data, so a view
makes one only if nothing that was read from the database or drawn at random is part of it (PreparedList.of).
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
    """The prepared request of a list: answers with any of its pages. The value in a request's shape is the cursor."""

    own = frozenset({b"link"})

    def __init__(self, pages: ListPages) -> None:
        self.pages = pages

    @classmethod
    def of(cls, pages: ListPages) -> "PreparedList | None":
        """The prepared request of the list `pages`; None where it would hold data.

        Data are the owner of the books listed, ids that a filter looked up, and the seed drawn for a random order.
        """
        owned = pages.counts.owner_count is not None
        return None if owned or pages.random_seed_drawn or looked_up_ids(pages.order.rows) else cls(pages)

    def answer(self, *values: bytes) -> PreparedResponse | None:
        """The response with the page at the cursor in `values`, or the first page; None if the cursor is refused."""
        try:
            page = self.pages.at(unquote_plus(values[0].decode()) if values else None)
        except ProblemError:
            return None
        return PreparedResponse(orjson.dumps(page.document()), page.headers())


class Lookup:
    """Reads the one row of `rows` that has a given value in the column `name`."""

    def __init__(self, rows: QuerySet[Any], name: str, reader: PlanReader | InstanceReader) -> None:
        self.rows, self.name, self.reader = rows, name, reader
        self.field: Field[Any, Any] = rows.model._meta.get_field("id" if name == "pk" else name)

    def find(self, value: str) -> dict[str, Any] | None:
        """The JSON document of the row whose column has this `value`, as a dict; None if there is no such row."""
        rows: Callable[..., Any] = lambda value: self.rows.filter(**{self.name: value})  # noqa: E731
        found = self.reader.find(self.name, rows, value=(self.field, value))
        return self.reader.show(found)[0] if found else None


class PreparedDetail:
    """The prepared request of a single resource: by the id among the shape's values, else by the slug in `value`."""

    own = frozenset({b"surrogate-key"})

    def __init__(self, lookup: Lookup, value: str) -> None:
        self.lookup, self.value = lookup, value

    def answer(self, *values: bytes) -> PreparedResponse | None:
        """The response with the resource's document; None if there is no such resource."""
        value = values[0].decode() if values else self.value
        document = self.lookup.find(value)
        model: type[Model] = self.lookup.rows.model
        return None if document is None else PreparedResponse(orjson.dumps(document), surrogate_keys(model, value))
