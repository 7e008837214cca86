"""Which methods and parameters a plain page takes: views of DRF know this by themselves."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse

from api.exceptions import plain_problem, unknown_parameter

P = ParamSpec("P")
ALLOWED = "GET, HEAD, OPTIONS"


def read_only(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
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

    return cast(Callable[Concatenate[HttpRequest, P], HttpResponse], answer)


def parameterless(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """`view` without query parameters, a problem with any: each that is ignored makes another name for one answer."""

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if errors := [unknown_parameter(name) for name in request.GET]:
            return plain_problem(request, "invalid_parameter", errors)
        return view(request, *args, **kwargs)

    return cast(Callable[Concatenate[HttpRequest, P], HttpResponse], answer)
