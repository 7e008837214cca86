"""The default values of the lists' query parameters: a URL with a default value gets the cache entry of one without."""

import re
from collections.abc import Mapping

from api.parameters.pages import PAGE_SIZE
from api.views.authors import AuthorViewSet
from api.views.books import BookViewSet
from api.views.categories import CategoryViewSet
from api.views.series import SeriesViewSet
from api.views.subjects import SubjectViewSet

_LISTS = "books|authors|categories|series|subjects"
_LIST = re.compile(rf"/api/v1/(?:(authors|categories|series|subjects)/[^/]+/)?({_LISTS})/")
_ORDERINGS = {
    "books": BookViewSet.default_ordering,
    "authors": AuthorViewSet.default_ordering,
    "categories": CategoryViewSet.default_ordering,
    "series": SeriesViewSet.default_ordering,
    "subjects": SubjectViewSet.default_ordering,
}


def default_parameters(path: str, names: set[str]) -> Mapping[str, str]:
    """Default values by parameter name, for the list at `path` and a request with the parameters `names`.

    It is empty for a path that is no list.
    """
    match = _LIST.fullmatch(path)
    if not match:
        return {}
    sizes = {"page_size": str(PAGE_SIZE)}
    # A search is ordered by relevance by default, the books of a series by their places.
    if match[1] == "series" or names & {"search", "series"}:
        return sizes
    return {**sizes, "ordering": _ORDERINGS[match[2]]}
