"""The database's own limit: a bare ASGI function, asyncpg, one prepared statement that makes the JSON.

No parameters, no cursor, no errors: nobody would ship it. It shows what is left to win.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg

DATABASE_URL = os.environ["DATABASE_URL"].replace("postgres://", "postgresql://", 1)
ADDRESS = os.environ.get("PUBLIC_URL", "http://127.0.0.1:8000") + "/api/v1"
PAGE = f"""
    WITH page AS (
        SELECT * FROM books_book ORDER BY popularity DESC NULLS LAST, sort_title, id LIMIT 25
    )
    SELECT json_build_object('results', json_agg(json_build_object(
        'id', page.id, 'url', '{ADDRESS}/books/' || page.id || '/', 'title', page.title,
        'subtitle', nullif(page.subtitle, ''), 'authors', coalesce(credits.list, '[]'::json),
        'category', CASE WHEN shelf.id IS NOT NULL THEN json_build_object(
            'name', shelf.name, 'slug', shelf.slug, 'url', '{ADDRESS}/categories/' || shelf.slug || '/') END,
        'languages', page.languages, 'first_published_year', page.first_published_year,
        'published_year', page.published_year, 'isbn_13', page.isbn_13, 'cover', page.cover,
        'popularity', page.popularity, 'rating_average', page.rating_average, 'ratings_count', page.ratings_count,
        'updated_at', to_char(page.updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
    ) ORDER BY page.popularity DESC NULLS LAST, page.sort_title, page.id))::text
    FROM page
    LEFT JOIN books_category shelf ON shelf.id = page.category_id
    LEFT JOIN LATERAL (
        SELECT json_agg(json_build_object(
            'id', author.id, 'name', author.name, 'role', credit.role,
            'url', '{ADDRESS}/authors/' || author.id || '/') ORDER BY credit.position) AS list
        FROM books_bookauthor credit JOIN authors_author author ON author.id = credit.author_id
        WHERE credit.book_id = page.id
    ) credits ON true
"""
_pool: dict[str, asyncpg.Pool] = {}
_opening = asyncio.Lock()


async def pool() -> asyncpg.Pool:
    async with _opening:
        if not _pool:
            _pool["books"] = await asyncpg.create_pool(DATABASE_URL, min_size=8, max_size=8)
    return _pool["books"]


async def app(
    scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
) -> None:
    found = _pool.get("books") or await pool()
    # asyncpg prepares what it is given and keeps it with the connection.
    body = (await found.fetchval(PAGE)).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
