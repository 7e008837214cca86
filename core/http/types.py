"""Types of ASGI's messages, and of the two callables by which an application receives and sends them."""

from collections.abc import Awaitable, Callable
from typing import Any

# A mapping, for which Django, asgiref and uvicorn declare different types.
Message = Any
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
