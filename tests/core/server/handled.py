"""A URLconf for a server whose handler is looked at: views that say where they run, wait, stream, fail."""

import asyncio
import threading
import time
from collections import Counter

import structlog
from django.core.signals import request_finished, request_started
from django.db import connection, transaction
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import get_script_prefix, path, set_script_prefix
from django.utils import translation

from api.urls import *  # noqa: F403 - the handlers of what is refused
from api.urls import urlpatterns as octavo
from settings.env import ROOT

happened: Counter[str] = Counter()


def started(sender: type, **kwargs: object) -> None:
    happened["started"] += 1


def finished(sender: type, **kwargs: object) -> None:
    happened["finished"] += 1


request_started.connect(started)
request_finished.connect(finished)


def asked() -> str:
    """Which connection answers a query, as this process knows it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return f"{threading.get_ident()}-{id(connection.connection)}"


def where(request: HttpRequest) -> HttpResponse:
    body = len(request.body)
    return JsonResponse({"thread": threading.current_thread().name, "connection": asked(), "body": body})


@transaction.atomic
def atomic(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"connection": asked()})


def slow(request: HttpRequest, name: str) -> HttpResponse:
    happened[f"{name} begun"] += 1
    time.sleep(float(request.GET["seconds"]))
    happened[f"{name} ended"] += 1
    return HttpResponse(name)


def traces(request: HttpRequest) -> HttpResponse:
    """What an earlier request left in context variables, then the same left for the next."""
    seen = {name: value for name, value in structlog.contextvars.get_contextvars().items() if name != "request_id"}
    found = {"log": seen, "language": translation.get_language(), "prefix": get_script_prefix()}
    structlog.contextvars.bind_contextvars(left="here")
    translation.activate("de")
    set_script_prefix("/left/")
    return JsonResponse(found)


def parts(request: HttpRequest, name: str) -> StreamingHttpResponse:
    """A stream made by a thread: `name` says how it goes."""

    def made():
        try:
            yield f"{threading.current_thread().name}\n"
            if name == "broken":
                raise RuntimeError("a stream that breaks off on purpose")
            for _ in range(3):
                yield asked() + "\n"
            while name == "endless":
                yield "x" * 65536
        finally:
            happened[f"{name} closed"] += 1

    return StreamingHttpResponse(made())


def awaited_parts(request: HttpRequest, name: str) -> StreamingHttpResponse:
    """The same, made on the event loop."""

    async def made():
        try:
            yield f"{threading.current_thread().name}\n"
            if name == "broken":
                raise RuntimeError("a stream that breaks off on purpose")
            while name == "endless":
                await asyncio.sleep(0.01)
                yield "x"
        finally:
            happened[f"awaited {name} closed"] += 1

    return StreamingHttpResponse(made())


async def coroutine(request: HttpRequest) -> HttpResponse:
    found = {"running": asyncio.get_running_loop().is_running(), "thread": threading.current_thread().name}
    return JsonResponse({**found, "body": len(request.body), "id": request.headers.get("X-Asked", "")})


async def endless(request: HttpRequest) -> HttpResponse:
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        happened["coroutine cancelled"] += 1
        raise
    return HttpResponse()


async def counts(request: HttpRequest) -> HttpResponse:
    """What there is in this process by now. Its own request has begun and not ended."""
    threads = Counter(thread.name.split("-")[0] for thread in threading.enumerate())
    return JsonResponse({**happened, "threads": dict(threads), "tasks": len(asyncio.all_tasks())})


def file(request: HttpRequest) -> FileResponse:
    return FileResponse((ROOT / "openapi.yaml").open("rb"))


def fails(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a view that fails on purpose")


urlpatterns = [
    *octavo,
    path("where/", where),
    path("atomic/", atomic),
    path("slow/<name>/", slow),
    path("traces/", traces),
    path("parts/<name>/", parts),
    path("awaited-parts/<name>/", awaited_parts),
    path("coroutine/", coroutine),
    path("endless/", endless),
    path("counts/", counts),
    path("file/", file),
    path("fails/", fails),
]
