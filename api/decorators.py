"""Which methods, parameters and formats a plain page takes: views of DRF know this by themselves."""

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
    """`view` for GET and HEAD; nothing but Allow for OPTIONS; a problem for every other method."""

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
    """`view` without query parameters, a problem with any: each that is ignored makes another name for one answer."""

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        return _unusable(request) or view(request, *args, **kwargs)

    return cast(View[P], answer)


def negotiated(*formats: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A decorator of views that make several formats: they are given the one to make, by `format` or else by Accept."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def answer(request: HttpRequest, **kwargs: str) -> HttpResponse:
            if refusal := _unusable(request, formats):
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


def _unusable(request: HttpRequest, formats: Collection[str] = ()) -> HttpResponse | None:
    """A problem that names every parameter but a known `format`; None where there is none."""
    errors = invalid_parameters(request.GET, formats=formats)
    return (
        plain_problem(request, "invalid_parameter", errors, str(InvalidParameters(errors).detail)) if errors else None
    )
