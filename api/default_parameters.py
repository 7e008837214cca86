"""What need not be said: values of parameters that say what holds anyway."""

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
    """The defaults of the list at `path` when it is asked for with parameters of these names; none elsewhere."""
    found = _LIST.fullmatch(path)
    if not found:
        return {}
    sizes = {"page_size": str(PAGE_SIZE)}
    # A search is by relevance unless it is told otherwise.
    return sizes if "search" in names else {**sizes, "ordering": _ORDERINGS[found[1]]}
