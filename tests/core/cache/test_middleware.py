"""The cache around an app of the tests' own: what it keeps, what it passes on, and what it adds."""

import asyncio
import gzip
import re
from functools import partial
from typing import Any

import brotli
import pytest
import zstandard

from core.accounts.credentials import CALLER
from core.cache.exchange import cache_headers
from core.cache.middleware import ResponseCacheMiddleware
from core.freshness.base import GENERATION
from tests.support.asgi import Library, Source, ask

BOOKS = "/api/v1/books/"
LONG = "[" + "12345678, " * 100 + "{}]"
DECODERS = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompress(body),
}
KEEPING = pytest.mark.parametrize("enabled", [True, False], ids=["kept", "not kept"])


class CacheFixture:
    """A cache, the app behind it, and the database behind that."""

    def __init__(self, *, enabled=True):
        kind = type("CacheUnderTest", (ResponseCacheMiddleware,), {"make_source": staticmethod(Source)})
        self.cache = kind(self.app, enabled=enabled)
        self.source = self.cache.source
        self.library = Library(self.source)
        self.counts = self.cache.counts
        self.get = partial(ask, self.cache)

    async def get_as(self, caller, path, **headers):
        async def signed_in(scope, receive, send):
            await self.cache({**scope, CALLER: caller, GENERATION: str(self.source.number)}, receive, send)

        return await ask(signed_in, path, **headers)

    async def app(self, scope, receive, send):
        await self.library(scope, receive, send)

    @property
    def calls(self):
        return len(self.library.calls)


def run(scenario, **options):
    async def begin():
        return await asyncio.wait_for(scenario(CacheFixture(**options)), 10)

    return asyncio.run(begin())


@KEEPING
def test_answers_are_the_same_whether_they_are_kept_or_made_anew(enabled):
    async def scenario(fixture):
        fixture.library.text = LONG
        for coding in (*DECODERS, None):
            accepts = {"accept_encoding": coding} if coding else {}
            first, second = (
                await fixture.get(BOOKS, **accepts),
                await fixture.get(BOOKS, **accepts),
            )
            assert first.headers.pop("x-request-id") != second.headers.pop("x-request-id")
            assert first == second
            assert first.headers.get("content-encoding") == coding
            assert first.headers["content-length"] == str(len(first.body))
            assert (DECODERS[coding](first.body) if coding else first.body) == LONG.format(0).encode()
            assert re.fullmatch(f'"[0-9a-f]{{32}}{f"-{coding}" if coding else ""}"', first.headers["etag"])
        assert fixture.calls == (1 if enabled else 8)

    run(scenario, enabled=enabled)


@KEEPING
def test_whoever_has_an_answer_in_any_coding_is_told_that_it_is_unchanged(enabled):
    async def scenario(fixture):
        fixture.library.text = LONG
        tags = [(await fixture.get(BOOKS, accept_encoding=coding)).headers["etag"] for coding in ("", *DECODERS)]
        for tag in tags:
            for known in (tag, f"W/{tag}", f'"x", W/{tag}', "*"):
                reply = await fixture.get(BOOKS, accept_encoding="br", if_none_match=known)
                assert (reply.status, reply.body) == (304, b"")
                assert reply.headers.pop("x-request-id")
                assert set(reply.headers) == {
                    "etag", "cache-control", "vary", "access-control-allow-origin", "access-control-expose-headers",
                }  # fmt: skip
                assert reply.headers["etag"].endswith('-br"')
        for unknown in ('"x"', tags[0].strip('"'), tags[0][:-1] + '-zip"', "", '"*"'):
            assert (await fixture.get(BOOKS, if_none_match=unknown)).status == 200

    run(scenario, enabled=enabled)


@KEEPING
def test_head_has_the_headers_of_get_and_no_body(enabled):
    async def scenario(fixture):
        for method in ("HEAD", "GET", "HEAD"):
            reply = await fixture.get(BOOKS, method)
            assert reply.body == (b"" if method == "HEAD" else b"0")
            assert (reply.status, reply.headers["content-length"]) == (200, "1")
            assert "etag" in reply.headers

    run(scenario, enabled=enabled)


def test_what_is_said_with_every_answer_is_not_what_was_said_with_the_first():
    async def scenario(fixture):
        fixture.library.headers |= {"Vary": "Accept, origin", "Access-Control-Allow-Origin": "https://first.example"}
        first, second = await fixture.get(BOOKS, origin="https://first.example"), await fixture.get(BOOKS)
        assert first.headers["x-request-id"] == "call 1"
        assert re.fullmatch("[0-9a-f]{32}", second.headers["x-request-id"])
        assert first.headers["access-control-allow-origin"] == second.headers["access-control-allow-origin"] == "*"
        assert first.headers["vary"] == second.headers["vary"] == "accept, accept-encoding"

    run(scenario)


def test_the_app_learns_nothing_of_a_client_that_others_answers_could_show():
    async def scenario(fixture):
        await fixture.get(BOOKS, "HEAD", user_agent="me", x_forwarded_host="evil.example", if_none_match='"x"')
        (call,) = fixture.library.calls
        assert call["method"] == "GET"
        assert call["headers"] == [(b"host", b"testserver")]

    run(scenario)


@pytest.mark.parametrize(
    ("status", "headers", "asked"),
    [
        (404, {}, {}),
        (200, {"cache-control": "no-store"}, {}),
        (200, {"cache-control": "private, no-cache"}, {}),
        (200, {"Set-Cookie": "a=b"}, {}),
        (200, {"Vary": "Cookie"}, {}),
        (200, {"Vary": "*"}, {}),
        (200, {}, {"cookie": "a=b"}),
        (200, {}, {"content_length": "2"}),
        (200, {}, {"host": "evil.example"}),
    ],
)
def test_what_is_an_error_or_somebodys_own_is_never_kept(status, headers, asked):
    async def scenario(fixture):
        fixture.library.status = status
        fixture.library.headers |= headers
        for _ in range(2):
            assert (await fixture.get(BOOKS, **asked)).status == status
        assert (fixture.calls, fixture.counts.entries) == (2, 0)

    run(scenario)


@KEEPING
def test_an_error_is_not_to_be_stored_and_an_answer_to_a_caller_is_private_unless_it_says_otherwise(enabled):
    async def scenario(fixture):
        del fixture.library.headers["cache-control"]
        for _ in range(2):
            assert (await fixture.get_as("ada", BOOKS)).headers["cache-control"] == "private, no-store"
        assert (fixture.calls, fixture.counts.entries) == (2, 0)
        assert (await fixture.get(BOOKS)).headers["cache-control"] == "public, no-cache"
        fixture.library.status = 404
        assert (await fixture.get("/nowhere")).headers["cache-control"] == "no-store"

    run(scenario, enabled=enabled)


def test_public_answers_are_kept_for_all_whoever_asks():
    async def scenario(fixture):
        answers = [
            await fixture.get_as("ada", BOOKS, authorization="Bearer x"),
            await fixture.get_as("bob", BOOKS, authorization="Bearer y"),
            await fixture.get(BOOKS),
        ]
        assert (fixture.calls, fixture.counts.hits) == (1, 2)
        assert len({(answer.body, answer.headers["etag"], answer.headers["cache-control"]) for answer in answers}) == 1
        fixture.source.number += 1
        assert (await fixture.get_as("ada", BOOKS)).body == b"1"
        known = {"if_none_match": answers[0].headers["etag"]}
        assert (await fixture.get_as("ada", BOOKS, **known)).status == 200

    run(scenario)


def test_an_answer_of_accounts_waits_for_nobody_elses():
    async def scenario(fixture):
        fixture.library.headers["cache-control"] = "private, no-store"
        fixture.library.after.clear()
        slow = asyncio.create_task(fixture.get_as("ada", "/api/v1/auth/keys/"))
        await asyncio.sleep(0.01)
        others = asyncio.create_task(fixture.get_as("bob", "/api/v1/auth/keys/"))
        await asyncio.sleep(0.01)
        assert fixture.calls == 2
        fixture.library.after.set()
        assert [(await slow).status, (await others).status] == [200, 200]

    run(scenario)


@KEEPING
def test_each_of_many_callers_who_ask_at_once_gets_an_own_private_answer(enabled):
    async def scenario(fixture):
        async def mine(scope, receive, send):
            fixture.library.text = scope[CALLER]
            await fixture.library(scope, receive, send)

        fixture.library.headers["cache-control"] = "private, no-store"
        fixture.app = mine
        fixture.cache.app = mine
        names = [f"reader {number}" for number in range(20)]
        answers = await asyncio.gather(*(fixture.get_as(name, "/api/v1/auth/me/") for name in names))
        assert [answer.body.decode() for answer in answers] == names
        assert fixture.counts.entries == 0

    run(scenario, enabled=enabled)


def test_where_members_read_other_caches_keep_nothing_for_others(settings):
    settings.CATALOGUE_ACCESS = "members"

    async def scenario(fixture):
        answers = [await fixture.get_as("ada", BOOKS), await fixture.get_as("bob", BOOKS)]
        known = await fixture.get_as("ada", BOOKS, if_none_match=answers[0].headers["etag"])
        assert (known.status, fixture.calls, fixture.counts.hits) == (304, 1, 2)
        assert {each.headers["cache-control"] for each in (*answers, known)} == {"private, no-cache"}
        # A path that is open to everybody, whose caller is not known.
        fixture.library.headers["cache-control"] = "public, max-age=60"
        assert (await fixture.get("/static/a.css")).headers["cache-control"] == "public, max-age=60"
        fixture.library.headers["cache-control"] = "private, no-store"
        assert (await fixture.get_as("ada", "/api/v1/auth/me/")).headers["cache-control"] == "private, no-store"

    run(scenario)


def test_operations_are_asked_of_nobody_but_the_app():
    async def scenario(fixture):
        fixture.source.away = True
        for path in ("/health/live", "/health/ready", "/metrics"):
            await fixture.get(path)
        assert fixture.counts.aside == 0
        assert [call["path"] for call in fixture.library.calls] == ["/health/live/", "/health/ready/", "/metrics/"]

    run(scenario)


def test_while_the_generation_cannot_be_had_the_app_is_asked_and_nothing_kept():
    async def scenario(fixture):
        await fixture.get(BOOKS)
        fixture.source.away = True
        for _ in range(3):
            assert (await fixture.get(BOOKS)).status == 200
        assert (fixture.calls, fixture.counts.aside, fixture.counts.hits) == (4, 3, 0)
        fixture.source.away = False
        await fixture.get(BOOKS)
        assert (fixture.calls, fixture.counts.hits) == (4, 1)

    run(scenario)


def test_a_stream_passes_as_it_comes_and_ends_with_its_client():
    async def scenario(fixture):
        seen: list[dict[str, Any]] = []
        gone = asyncio.Event()

        async def stream(scope, receive, send):
            await receive()
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"one", "more_body": True})
            assert seen[-1]["body"] == b"one"
            gone.set()
            assert (await receive())["type"] == "http.disconnect"
            await send({"type": "http.response.body", "body": b"two"})

        fixture.library = stream
        real = fixture.cache

        async def watching(scope, receive, send):
            async def both(message):
                seen.append(message)
                await send(message)

            await real(scope, receive, both)

        reply = await ask(watching, BOOKS, left=gone)
        assert (reply.body, "etag" in reply.headers) == (b"onetwo", False)

    run(scenario)


def test_the_client_that_set_a_shared_call_off_may_leave_without_ending_it():
    async def scenario(fixture):
        fixture.library.after.clear()
        left = asyncio.Event()
        first = asyncio.create_task(fixture.get(BOOKS, left=left))
        second = asyncio.create_task(fixture.get(BOOKS))
        await until(lambda: fixture.calls)
        left.set()
        await asyncio.sleep(0.01)
        fixture.library.after.set()
        assert (await second).body == b"0"
        await first
        assert fixture.calls == 1

    run(scenario)


def test_memory_is_bounded_in_bytes_and_what_was_used_last_stays(settings):
    settings.RESPONSE_CACHE_BYTES = 40_000

    async def scenario(fixture):
        fixture.library.text = "1" * 2500
        for number in range(10):
            await fixture.get(f"{BOOKS}{number}/")
            await fixture.get(f"{BOOKS}0/")
        for number in range(10):
            await fixture.get(f"{BOOKS}{number}/", accept_encoding="br")
        assert fixture.counts.bytes <= 40_000
        assert fixture.counts.evictions
        assert fixture.counts.entries == len(fixture.cache.store._entries)
        assert fixture.counts.bytes == sum(len(key) + entry.size for key, entry in fixture.cache.store._entries.items())
        before = fixture.calls
        await fixture.get(f"{BOOKS}9/")
        assert fixture.calls == before
        fixture.library.text = "1" * 6000
        for _ in range(2):
            assert len((await fixture.get(f"{BOOKS}large/")).body) == 6000
        assert fixture.calls == before + 2

    run(scenario)


def test_what_is_replaced_after_commits_is_counted_once():
    async def scenario(fixture):
        for number in range(5):
            fixture.source.number = number
            fixture.library.text = "1" * 1000 * (number + 1)
            await fixture.get(BOOKS)
        assert fixture.counts.entries == 1
        assert fixture.counts.bytes == sum(len(key) + entry.size for key, entry in fixture.cache.store._entries.items())

    run(scenario)


def test_several_headers_of_one_name_are_read_as_one():
    pairs = [(b"host", b"a"), (b"if-none-match", b'"x"'), (b"host", b"b"), (b"if-none-match", b'W/"y"')]
    assert cache_headers({"headers": pairs}) == {b"host": b"a,b", b"if-none-match": b'"x",W/"y"'}


def test_an_unchanged_answer_keeps_its_codings_over_a_commit():
    async def scenario(fixture):
        fixture.library.text = "1" * 2500
        await fixture.get(BOOKS, accept_encoding="br")
        (entry,) = fixture.cache.store._entries.values()
        fixture.source.number += 1
        await fixture.get(BOOKS)
        (newer,) = fixture.cache.store._entries.values()
        assert newer is not entry
        assert newer._variants is entry._variants

    run(scenario)


async def until(condition):
    """Wait for `condition()` to come true."""
    while not condition():
        await asyncio.sleep(0)


def test_a_cdn_is_told_how_long_and_what_to_purge_by_only_where_there_is_one(settings):
    async def scenario(fixture):
        fixture.library.headers |= {"Surrogate-Key": "books book-1"}
        return (await fixture.get(BOOKS)).headers

    headers = run(scenario)
    assert not {"cdn-cache-control", "surrogate-key", "cache-tag"} & set(headers)
    settings.CDN_TTL = 60
    headers = run(scenario)
    assert headers["cdn-cache-control"] == "max-age=60, stale-while-revalidate=60, stale-if-error=86400"
    assert (headers["surrogate-key"], headers["cache-tag"]) == ("books book-1", "books,book-1")
