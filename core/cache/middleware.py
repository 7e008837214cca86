"""The edge: an ASGI app around the application that answers what it has answered before, and never stale.

It asks for every URL in one spelling (core.http.urls), finishes answers with ETag, 304 and codings
(core.cache.entries), keeps public ones in memory (core.cache.store) under the generation of the data they were made
of (core.freshness.postgresql), and makes one trip to the application for all who may share it (core.cache.single_flight). Where
the generation cannot be had it steps aside. `EDGE=off` turns keeping off and nothing else.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from django.conf import settings
from django.db import connections
from django.utils.module_loading import import_string

from core.cache.entries import Entry, Policy
from core.cache.exchange import Request, headers_found
from core.cache.keys import Routes
from core.cache.single_flight import Flights, Land
from core.cache.store import Memory
from core.cache.upstream import Shared, Trip
from core.freshness.base import Generations, Lenient
from core.freshness.postgresql import PostgresGenerations, conninfo
from core.freshness.sqlite import SQLiteGenerations
from core.http.responses import Answer
from core.http.types import Receive, Send
from core.http.urls import is_for_operations
from core.metrics import Counts, Meter

App = Callable[[Any, Receive, Send], Awaitable[None]]


def generations_of_default(memory: Memory) -> Generations:
    """Who says the generation of the default database; nothing is opened before the first question."""
    given = connections["default"].settings_dict
    source: Generations
    if connections["default"].vendor == "sqlite":
        source = SQLiteGenerations(lambda: str(given["NAME"]), memory.counts)
    else:
        source = PostgresGenerations(lambda: conninfo(settings.DIRECT_DATABASE or given), memory.drop, memory.counts)
    return Lenient(source, settings.EDGE_MAX_STALENESS) if settings.EDGE_MAX_STALENESS else source


class Edge:
    """The ASGI app around `app`. One a process; it holds nothing before its first request."""

    generations: Callable[[Memory], Generations] = staticmethod(generations_of_default)
    flights: type[Flights] = Flights

    def __init__(self, app: App, *, keeps: bool | None = None) -> None:
        self.app = app
        self.keeps = settings.EDGE if keeps is None else keeps
        self.ops_port = settings.OPS_PORT
        self.counts = Counts()
        self.meter = Meter(self.counts)
        self.memory = Memory(settings.EDGE_BYTES, self.counts)
        self.policy = Policy(exposed=settings.CORS_EXPOSE_HEADERS, cdn_seconds=settings.CDN_TTL)
        self.routes = Routes(
            defaults=import_string(settings.EDGE_DEFAULTS),
            allowed_hosts=settings.ALLOWED_HOSTS,
            one_address=bool(settings.PUBLIC_URL),
        )
        self.source = self.generations(self.memory)
        self.trips = self.flights(self.source)

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or (self.ops_port and is_for_operations(scope)):
            await self.app(scope, receive, send)
            return
        found = headers_found(scope)
        route = self.routes.find(scope, found)
        if scope["method"] not in ("GET", "HEAD"):
            await self.app({**scope, **route.scope}, receive, send)
            return
        request = Request(scope, receive, send, route, found)
        if not self.keeps or route.key is None or not request.is_shareable:
            await self._alone(request)
            return
        generation = await self.source.ask()
        self.meter.note()
        if generation is None:
            self.counts.aside += 1
            await self._alone(request)
            return
        entry = self.memory.find(route.key, generation)
        if entry is None:
            await self._share(request, route.key, generation)
            return
        self.counts.hits += 1
        await request.give(entry, self.memory)

    async def _share(self, request: Request, key: bytes, generation: str) -> None:
        """Answer with what is on its way, if that is as new as the request; else fetch it."""
        entry, answered = await self.trips.share(
            key, generation, lambda asked, land: self._fetch(request, key, asked, land)
        )
        if entry is not None:
            self.counts.shared += 1
            await request.give(entry, self.memory)
        elif not answered:
            await self._alone(request)

    async def _fetch(self, request: Request, key: bytes, generation: str, land: Land) -> None:
        """Ask the app on behalf of everybody; keep what is public, give the request its answer."""

        async def deliver(answer: Answer) -> None:
            entry = Entry.of(answer, self.policy, generation)
            if entry is not None:
                self.memory.keep(key, entry)
            land(entry, failed=answer.status >= 500)
            await request.finish(answer, entry, self.memory)

        self.counts.misses += 1
        trip = Shared(request.receive, request.send, deliver, head=request.head)
        trip.on_stream = lambda: land(None)
        headers = request.route.headers
        if origin := request.found.get(b"origin"):
            # Whose answer is nobody else's, a problem, may want to be read by another origin's script.
            headers = [*headers, (b"origin", origin)]
        scope = {**request.scope, **request.route.shared, "headers": headers}
        await self.app(scope, trip.receive, trip.send)

    async def _alone(self, request: Request) -> None:
        """Ask the app on behalf of this request only."""

        async def deliver(answer: Answer) -> None:
            if request.has_credentials and not answer.get(b"cache-control"):
                answer.headers.append((b"cache-control", b"private, no-store"))
            entry = Entry.of(answer, self.policy)
            await request.finish(answer, entry, self.memory)

        trip = Trip(request.receive, request.send, deliver, head=request.head)
        scope = request.route.shared if request.is_shareable else {**request.route.scope, "method": "GET"}
        await self.app({**request.scope, **scope}, trip.receive, trip.send)
