"""How lists and single things are answered again: with the view's own parts, and without the view."""

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_plus

import orjson
from django.db.models import Field, Model, QuerySet

from api.exceptions import ProblemError
from api.links import surrogate_keys
from api.lists.listing import Listing
from api.lists.readers import InstanceReader, PlanReader
from core.http.shape import PreparedResponse


class PreparedList:
    """Any page of a list, by its cursor."""

    own = frozenset({b"link"})

    def __init__(self, listing: Listing) -> None:
        self.listing = listing

    def answer(self, *values: bytes) -> PreparedResponse | None:
        """The page at the cursor, the first without one; None for one that is none of this list's."""
        try:
            page = self.listing.page(unquote_plus(values[0].decode()) if values else None)
        except ProblemError:
            return None
        shown = self.listing.reader.show(page.rows)
        return PreparedResponse(orjson.dumps(page.document(shown)), page.headers())


class Lookup:
    """The one thing that has a value in the column `name`."""

    def __init__(self, rows: QuerySet[Any], name: str, reader: PlanReader | InstanceReader) -> None:
        self.rows, self.name, self.reader = rows, name, reader
        self.field: Field[Any, Any] = rows.model._meta.get_field("id" if name == "pk" else name)

    def find(self, value: str) -> dict[str, Any] | None:
        """What is shown of it, if it is there."""
        rows: Callable[..., Any] = lambda value: self.rows.filter(**{self.name: value})  # noqa: E731
        found = self.reader.find(self.name, rows, value=(self.field, value))
        return self.reader.show(found)[0] if found else None


class PreparedDetail:
    """Anything of a kind by its key; one thing by a name that is part of the shape."""

    own = frozenset({b"surrogate-key"})

    def __init__(self, lookup: Lookup, value: str) -> None:
        self.lookup, self.value = lookup, value

    def answer(self, *values: bytes) -> PreparedResponse | None:
        """None for what is not there."""
        value = values[0].decode() if values else self.value
        document = self.lookup.find(value)
        model: type[Model] = self.lookup.rows.model
        return None if document is None else PreparedResponse(orjson.dumps(document), surrogate_keys(model, value))
