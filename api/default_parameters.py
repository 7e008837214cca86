"""The default values of lists' parameters: URLs with and without them get one cache entry."""

import re
from collections.abc import Mapping

from api.parameters.pages import PAGE_SIZE
from api.views.authors import AuthorViewSet
from api.views.books import BookViewSet
from api.views.categories import CategoryViewSet
from api.views.subjects import SubjectViewSet

_LIST = re.compile(r"/api/v1/(?:(?:authors|categories|subjects)/[^/]+/)?(books|authors|categories|subjects)/")
_ORDERINGS = {
    "books": BookViewSet.default_ordering,
    "authors": AuthorViewSet.default_ordering,
    "categories": CategoryViewSet.default_ordering,
    "subjects": SubjectViewSet.default_ordering,
}


def default_parameters(path: str, names: set[str]) -> Mapping[str, str]:
    """The default values of the list at `path`, given the names of the request's parameters; none for another path."""
    match = _LIST.fullmatch(path)
    if not match:
        return {}
    sizes = {"page_size": str(PAGE_SIZE)}
    # A search is ordered by relevance by default, the books of a series by their places.
    return sizes if names & {"search", "series"} else {**sizes, "ordering": _ORDERINGS[match[1]]}
