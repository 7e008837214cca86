"""Health, for load balancers and orchestrators."""

from django.http import HttpRequest, JsonResponse

from core.health import readiness


def live(request: HttpRequest) -> JsonResponse:
    """The process answers. Touches nothing else."""
    return _answer({"status": "ok"})


def ready(request: HttpRequest) -> JsonResponse:
    """The process can serve: the database is there and migrated."""
    problems = readiness.problems()
    return _answer({"status": "unavailable" if problems else "ok", "problems": problems}, 503 if problems else 200)


def _answer(body: dict[str, object], status: int = 200) -> JsonResponse:
    return JsonResponse(body, status=status, headers={"Cache-Control": "no-store"})
