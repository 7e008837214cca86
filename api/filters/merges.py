"""The filters of the list of merges."""

from api.filters.base import CatalogueFilter, Condition
from api.parameters.values import Choice


class MergeFilter(CatalogueFilter):
    """The filters of the list of merges."""

    resource = Condition(Choice("authors", "books"), column="resource", help="Merges of these")
