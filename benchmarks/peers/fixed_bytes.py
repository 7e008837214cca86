"""The server's own limit: an ASGI function that sends the same bytes to every request of a path.

FIXED names a JSON file of pages that Octavo answered: path → headers and body, headers in Octavo's order.
"""

import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

KEPT = {
    path: (
        {
            "type": "http.response.start",
            "status": 200,
            "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in stored["headers"]],
        },
        {"type": "http.response.body", "body": stored["body"].encode()},
    )
    for path, stored in json.loads(Path(os.environ["FIXED"]).read_text()).items()
}


async def app(
    scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
) -> None:
    start, body = KEPT[scope["path"]]
    await send(start)
    await send(body)
