"""The response cache: an ASGI application around the API that answers with stored responses.

A request's URL is brought to its canonical form (core.http.urls), which is part of the cache key (core.cache.keys).
Public responses are stored (core.cache.store) together with the database's generation (core.freshness), a text that
changes with every commit. A stored response is sent only if the generation, asked for after the request came, is still
the same, so no response is stale. Requests that miss the cache with one key at once share one call of the API
(core.cache.single_flight). Where the generation cannot be had, the API is called for each request. With
`RESPONSE_CACHE=off` nothing is stored.

Who sends a request was checked before (core.accounts.middleware). A public response does not depend on it, so the cache
answers everybody by it; responses that do depend on it are private, and are neither stored nor shared.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from django.conf import settings
from django.db import connections
from django.utils.module_loading import import_string

from core.cache.entries import Policy
from core.cache.exchange import CacheExchange, cache_headers
from core.cache.keys import RequestKeys
from core.cache.single_flight import PublishResult, SingleFlight
from core.cache.store import CacheStore
from core.cache.upstream import ResponseCollector, SharedResponseCollector
from core.freshness.base import GENERATION, GenerationSource, ThrottledSource
from core.freshness.postgresql import PostgreSQLSource, conninfo
from core.freshness.sqlite import SQLiteSource
from core.http.responses import BufferedResponse
from core.http.types import Receive, Send
from core.http.urls import is_for_operations
from core.limits.addresses import SENT_HEADERS
from core.metrics import Counts, CountsExporter

App = Callable[[Any, Receive, Send], Awaitable[None]]


def default_source(store: CacheStore) -> GenerationSource:
    """The source that gives the generation of the default database; it connects when it is first asked."""
    given = connections["default"].settings_dict
    if connections["default"].vendor == "sqlite":
        return SQLiteSource(lambda: str(given["NAME"]), store.counts)
    return PostgreSQLSource(lambda: conninfo(settings.DIRECT_DATABASE or given), store.clear, store.counts)


class ResponseCacheMiddleware:
    """The response cache of one process, around the ASGI application `app`.

    It opens no connection before its first request, so a process that has made one can be forked.
    """

    make_source: Callable[[CacheStore], GenerationSource] = staticmethod(default_source)
    single_flight_class: type[SingleFlight] = SingleFlight

    def __init__(self, app: App, *, enabled: bool | None = None) -> None:
        self.app = app
        self.enabled = settings.RESPONSE_CACHE if enabled is None else enabled
        self.ops_port = settings.OPS_PORT
        self.counts = Counts()
        self.exporter = CountsExporter(self.counts)
        self.store = CacheStore(settings.RESPONSE_CACHE_BYTES, self.counts)
        self.policy = Policy(exposed=settings.CORS_EXPOSE_HEADERS, cdn_seconds=settings.CDN_TTL)
        self.members = settings.CATALOGUE_ACCESS == "members"
        self.keys = RequestKeys(
            defaults=import_string(settings.DEFAULT_PARAMETERS),
            allowed_hosts=settings.ALLOWED_HOSTS,
            one_address=bool(settings.PUBLIC_URL),
            private=settings.ACCOUNT_PATHS,
        )
        self.strict_source = self.source = self.make_source(self.store)
        if settings.RESPONSE_CACHE_MAX_STALENESS:
            self.source = ThrottledSource(self.strict_source, settings.RESPONSE_CACHE_MAX_STALENESS)
        self.single_flight = self.single_flight_class(self.source)

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer one request: from the cache if it can be, else by a call of the application."""
        if scope["type"] != "http" or (self.ops_port and is_for_operations(scope)):
            await self.app(scope, receive, send)
            return
        headers = cache_headers(scope)
        request_key = self.keys.key_of(scope, headers)
        if scope["method"] not in ("GET", "HEAD"):
            await self.app({**scope, **request_key.scope}, receive, send)
            return
        exchange = CacheExchange(scope, receive, send, request_key, headers, members=self.members)
        if not self.enabled or request_key.value is None or not exchange.is_shareable:
            await self._bypass(exchange)
            return
        generation = scope.get(GENERATION) if self.source is self.strict_source else None
        if generation is None:
            generation = await self.source.ask()
        self.exporter.note()
        if generation is None:
            self.counts.aside += 1
            await self._bypass(exchange)
            return
        entry = self.store.get(request_key.value, generation)
        if entry is None:
            await self._get_or_fetch(exchange, request_key.value, generation)
            return
        self.counts.hits += 1
        await exchange.send_entry(entry, self.store)

    async def generation(self) -> str | None:
        """The database's generation now, whatever RESPONSE_CACHE_MAX_STALENESS is; None if the cache is off."""
        return await self.strict_source.ask() if self.enabled else None

    async def _get_or_fetch(self, exchange: CacheExchange, key: bytes, generation: str) -> None:
        """Answer a request that missed the cache, by another request's call for `key` or by a call of the app."""
        entry, answered = await self.single_flight.get_or_fetch(
            key, generation, lambda current, publish: self._fetch(exchange, key, current, publish)
        )
        if entry is not None:
            self.counts.shared += 1
            await exchange.send_entry(entry, self.store)
        elif not answered:
            await self._bypass(exchange)

    async def _fetch(self, exchange: CacheExchange, key: bytes, generation: str, publish: PublishResult) -> None:
        """Call the app once for all requests that wait for `key`, and answer this request.

        A public response is stored under `generation`, and `publish` gives it to the requests that wait.
        """

        async def deliver(response: BufferedResponse) -> None:
            entry = exchange.entry_of(response, self.policy, generation)
            if entry is not None:
                self.store.put(key, entry)
            publish(entry, failed=response.status >= 500)
            await exchange.send_upstream(response, entry, self.store)

        self.counts.misses += 1
        collector = SharedResponseCollector(exchange.receive, exchange.send, deliver, is_head=exchange.is_head)
        collector.on_stream = lambda: publish(None)
        headers = exchange.key.headers
        if origin := exchange.headers.get(b"origin"):
            # A problem is not shared, and its CORS headers depend on the Origin.
            headers = [*headers, (b"origin", origin)]
        sent = exchange.scope["headers"]
        scope = {**exchange.scope, **exchange.key.shared, "headers": headers, SENT_HEADERS: sent}
        await self.app(scope, collector.receive, collector.send)

    async def _bypass(self, exchange: CacheExchange) -> None:
        """Call the app for this request alone, and send its response; nothing is stored and nothing is shared."""

        async def deliver(response: BufferedResponse) -> None:
            entry = exchange.entry_of(response, self.policy)
            await exchange.send_upstream(response, entry, self.store)

        collector = ResponseCollector(exchange.receive, exchange.send, deliver, is_head=exchange.is_head)
        scope = exchange.key.shared if exchange.is_shareable else {**exchange.key.scope, "method": "GET"}
        await self.app({**exchange.scope, **scope}, collector.receive, collector.send)
