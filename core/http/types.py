"""What ASGI's applications and servers say to each other, as types."""

from collections.abc import Awaitable, Callable
from typing import Any

# A mapping; which kind of one, Django, asgiref and uvicorn each say otherwise.
Message = Any
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
