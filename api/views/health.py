"""Health checks for load balancers and orchestrators, and metrics for Prometheus."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse

from api.decorators import read_only
from api.exceptions import RETRY_AFTER_SECONDS
from core.health import readiness
from core.metrics import exposition


@read_only
def live(request: HttpRequest) -> HttpResponse:
    """The response of status 200, from any process that runs; neither the database nor the cache is read."""
    return _answer({"status": "ok"})


@read_only
def ready(request: HttpRequest) -> HttpResponse:
    """The response of status 200 if this process can serve requests, else 503; with OPS_DETAILS the reasons too."""
    problems = readiness.problems()
    details = {"problems": problems} if settings.OPS_DETAILS else {}
    return _answer({"status": "unavailable" if problems else "ok", **details}, 503 if problems else 200)


@read_only
def metrics(request: HttpRequest) -> HttpResponse:
    """The response with the metrics of all workers in Prometheus' text format. Raises Http404 without OPS_DETAILS."""
    if not settings.OPS_DETAILS:
        raise Http404
    body, media_type = exposition(settings.METRICS_DIR)
    return HttpResponse(body, content_type=media_type, headers={"Cache-Control": "no-store"})


def _answer(body: dict[str, object], status: int = 200) -> JsonResponse:
    retry = {"Retry-After": str(RETRY_AFTER_SECONDS)} if status == 503 else {}
    return JsonResponse(body, status=status, headers={"Cache-Control": "no-store", **retry})
