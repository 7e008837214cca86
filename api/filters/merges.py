"""The filters of the lists that editors merge by."""

from api.filters.base import CatalogueFilter, Condition
from api.parameters.values import Choice

RESOURCE = Choice("authors", "books")


class MergeFilter(CatalogueFilter):
    """The filters of the list of merges."""

    resource = Condition(RESOURCE, column="resource", help="Merges of these")
