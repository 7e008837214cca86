"""What a list says of a search that finds nothing: the text of a search that finds something."""

from collections.abc import Callable
from copy import copy
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connections
from django.db.models import QuerySet

from api.filters.base import CatalogueFilter
from books.search.did_you_mean import SEARCHES, did_you_mean

SEARCH = "search"
"""The parameter whose words are mended."""


def mended_search(filterset: CatalogueFilter, rows: QuerySet[Any]) -> Callable[[], str | None] | None:
    """A function that returns `search` mended so that it finds some of `rows`, or None; no function without `search`.

    `rows` are those of the list before any filter. The function reads the database whenever it is called.
    """
    searched = SEARCHES.get(rows.model._meta.db_table)
    if searched is None or SEARCH not in filterset.values:
        return None
    typed = str(filterset.data[SEARCH])

    def finds(text: str) -> bool:
        mended = copy(filterset)
        try:
            mended.values = {**filterset.values, SEARCH: filterset.filters[SEARCH].clean(text)}
        except ValidationError:
            return False
        return mended.filter_queryset(rows).order_by().exists()

    return lambda: did_you_mean(connections[rows.db], typed, searched, finds)
