"""Decorators that limit the methods, parameters and formats of a plain Django view, as DRF does for its own views."""

from collections.abc import Callable, Collection
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse

from api.exceptions import InvalidParameters, plain_problem
from api.negotiation import preferred
from api.parameters.reading import FORMAT, invalid_parameters

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
ALLOWED = "GET, HEAD, OPTIONS"
MEDIA_TYPES = {"json": "application/json", "html": "text/html"}


def read_only(view: View[P]) -> View[P]:
    """Limit `view` to GET and HEAD: OPTIONS gets an empty 204 with Allow, any other method a problem of status 405."""

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method in ("GET", "HEAD"):
            return view(request, *args, **kwargs)
        response = (
            HttpResponse(status=204) if request.method == "OPTIONS" else plain_problem(request, "method_not_allowed")
        )
        response["Allow"] = ALLOWED
        return response

    return cast(View[P], answer)


def parameterless(view: View[P]) -> View[P]:
    """Limit `view` to requests without query parameters; others get a problem of status 400.

    An ignored parameter would add another entry to the response cache for each of its values.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        return _invalid(request) or view(request, *args, **kwargs)

    return cast(View[P], answer)


def negotiated(*formats: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A decorator for views that take a format, one of `formats`, as their second argument.

    The format is that of the query parameter `format`, else the one that the Accept header wants most.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def answer(request: HttpRequest, **kwargs: str) -> HttpResponse:
            if refusal := _invalid(request, formats):
                return refusal
            accept, types = request.headers.get("Accept", ""), {MEDIA_TYPES[each]: each for each in formats}
            chosen = request.GET.get(FORMAT) or types.get(preferred(accept, list(types)) or "")
            if chosen is None:
                return plain_problem(request, "not_acceptable")
            response = view(request, chosen, **kwargs)
            response["Vary"] = "Accept"
            return response

        return answer

    return decorate


def _invalid(request: HttpRequest, formats: Collection[str] = ()) -> HttpResponse | None:
    """A response of status 400 that names each query parameter of `request`, except a `format` that is in `formats`.

    Returns None if there is no such parameter.
    """
    errors = invalid_parameters(request.GET, formats=formats)
    return (
        plain_problem(request, "invalid_parameter", errors, str(InvalidParameters(errors).detail)) if errors else None
    )
