"""What gunicorn runs the application in, and whether it may listen where it is told to."""

import asyncio
import logging
import signal
import socket
import sys
import time
from types import FrameType
from typing import Any, ClassVar

from django.conf import settings
from gunicorn.arbiter import Arbiter
from gunicorn.config import Config
from gunicorn.glogging import Logger
from uvicorn.server import Server
from uvicorn_worker import UvicornWorker

from core.health import readiness
from core.server.protocol import Protocol
from core.server.sockets import address, cannot_listen
from core.server.thread_pool import close_pools

POSTGRESQL_OPTIONS = (
    "-c statement_timeout=15s -c random_page_cost=1.1 -c work_mem=16MB -c max_parallel_workers_per_gather=0"
)
"""How requests use PostgreSQL: none runs long or takes several cores, and an index costs what it does on an SSD.

Planned for spinning disks (4.0, the default), probing an index 400 times loses to reading a table of 88,000 rows.
With 4 MB to work in, the default, 800,000 matches of a word's beginning are kept as pages and each row read again.
"""

STREAM_GRACE = 20
"""Seconds that answers under way have to end after a stop signal; below gunicorn's own limit, which kills."""

FIRST_REQUEST_SECONDS = 0.5
"""How long a connection made just before the listener closed may take to bring its first request."""


class DrainingServer(Server):
    """Ends on SIGTERM without losing a request.

    It says so first (/health/ready), answers as ever for DRAIN_SECONDS, in which load balancers take notice, then
    stops listening, and goes when what is under way has its answer. A second signal, or SIGINT, skips the wait.
    """

    _drained_at: float | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Note a signal to end."""
        first, readiness.draining = not readiness.draining, True
        if first and sig == signal.SIGTERM:
            self._captured_signals.append(sig)
            self._drained_at = time.monotonic() + settings.DRAIN_SECONDS
        else:
            super().handle_exit(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        """Called ten times a second; whether to stop listening now."""
        if self._drained_at is not None and time.monotonic() >= self._drained_at:
            self.should_exit = True
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening, let what is under way end, then close what is kept open."""
        readiness.draining = True
        kept = [each.dup() for each in sockets or ()]
        for server in self.servers:
            server.close()
        for each in kept:
            await self._take_waiting(each)
        # uvicorn would close a connection that is so new that its first request is still on its way.
        deadline = time.monotonic() + FIRST_REQUEST_SECONDS
        while time.monotonic() < deadline and any(each.cycle is None for each in self.server_state.connections):  # type: ignore[union-attr]
            await asyncio.sleep(0.01)
        await super().shutdown(sockets)
        await asyncio.to_thread(close_pools)

    async def _take_waiting(self, listener: socket.socket) -> None:
        """Take the connections that the kernel has made and nobody accepted: closing the last listener resets them."""
        listener.setblocking(False)
        taken = []
        while True:
            try:
                taken.append(listener.accept()[0])
            except OSError:
                break
        listener.close()
        for connection in taken:
            connection.setblocking(False)
            await asyncio.get_running_loop().connect_accepted_socket(self._protocol, connection)

    def _protocol(self) -> Protocol:
        return Protocol(config=self.config, server_state=self.server_state, app_state=self.lifespan.state)


class Worker(UvicornWorker):
    """uvicorn with its C loop and parser, and nothing done per request that somebody else does already."""

    CONFIG_KWARGS: ClassVar[dict[str, Any]] = {
        "loop": "uvloop",
        "http": Protocol,
        "ws": "none",
        "lifespan": "off",
        "interface": "asgi3",
        "access_log": False,
        # PUBLIC_URL says what the outside sees; X-Forwarded-* is anybody's to send.
        "proxy_headers": False,
        "server_header": False,
        "timeout_graceful_shutdown": STREAM_GRACE,
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _log_through_root("uvicorn.error")

    async def _serve(self) -> None:
        """Called once; returns when the worker is to end."""
        self.config.app = self.wsgi
        server = DrainingServer(self.config)
        self._install_sigquit_handler()
        await server.serve(sockets=self.sockets)
        if not server.started:
            sys.exit(Arbiter.WORKER_BOOT_ERROR)


class Log(Logger):
    """gunicorn's own messages, written as all others are: in the format that LOG_FORMAT chose."""

    def setup(self, cfg: Config) -> None:
        """Called at the start and again on every reopening."""
        super().setup(cfg)
        _log_through_root("gunicorn.error")


def _log_through_root(name: str) -> None:
    logger = logging.getLogger(name)
    logger.handlers, logger.propagate = [], True


def listening_problem(host: str, port: int, another_port: str) -> str:
    """One line on why nothing could listen there now, with what to do about it; empty when it could.

    `another_port` says how to choose another port, which helps only where the host itself can be listened on.
    """
    if not (reason := cannot_listen(host, port)):
        return ""
    # Any port will do for 0, so what fails then is the host.
    advice = "HOST must be an address or a name of this machine" if cannot_listen(host, 0) else another_port
    return f"cannot listen on {address(host, port)}: {reason}; {advice}"
