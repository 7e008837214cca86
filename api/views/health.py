"""Health, for load balancers and orchestrators."""

from django.http import HttpRequest, HttpResponse, JsonResponse

from api.exceptions import RETRY_AFTER_SECONDS
from api.methods import read_only
from core.health import readiness


@read_only
def live(request: HttpRequest) -> HttpResponse:
    """The process answers. Touches nothing else."""
    return _answer({"status": "ok"})


@read_only
def ready(request: HttpRequest) -> HttpResponse:
    """The process can serve: the database is there and migrated."""
    problems = readiness.problems()
    return _answer({"status": "unavailable" if problems else "ok", "problems": problems}, 503 if problems else 200)


def _answer(body: dict[str, object], status: int = 200) -> JsonResponse:
    retry = {"Retry-After": str(RETRY_AFTER_SECONDS)} if status == 503 else {}
    return JsonResponse(body, status=status, headers={"Cache-Control": "no-store", **retry})
