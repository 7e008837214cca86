"""gunicorn's worker class, which drains before it stops; gunicorn's logger; and a check of the address to listen on."""

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
"""PostgreSQL's settings for requests: no statement runs long or on several cores; random reads cost as on an SSD.

With random_page_cost=4.0, the default, the planner reads a table of 88,000 rows instead of an index 400 times.
With work_mem=4MB, the default, a bitmap of 800,000 matches of a prefix is lossy and each row is checked again.
"""

STREAM_GRACE = 20
"""Seconds that responses in progress have to end after a stop signal; below graceful_timeout, when gunicorn kills."""

FIRST_REQUEST_SECONDS = 2.0
"""Seconds that a connection accepted just before the listener closed has to send its first request."""


SHUTDOWN_SWITCH_SECONDS = 1e-5
"""The interpreter's switch interval in a worker that ends."""


class DrainingServer(Server):
    """uvicorn's server, which ends on SIGTERM without losing a request.

    For DRAIN_SECONDS it goes on as before, but /health/ready answers 503, so that load balancers take notice. Then it
    stops listening, and ends when all requests in progress have their response. A second signal, or SIGINT, skips the
    wait.
    """

    _drained_at: float | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Called when the process gets a signal to end."""
        first, readiness.draining = not readiness.draining, True
        if first and sig == signal.SIGTERM:
            self._captured_signals.append(sig)
            self._drained_at = time.monotonic() + settings.DRAIN_SECONDS
        else:
            super().handle_exit(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        """Called ten times a second; returns whether the server is to stop listening now."""
        if self._drained_at is not None and time.monotonic() >= self._drained_at:
            self.should_exit = True
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening, let requests in progress end, then close idle connections and the thread pools."""
        readiness.draining = True
        listeners = [each.dup() for each in sockets or ()]
        for server in self.servers:
            server.close()
        # Between the last accept and close another thread may take the interpreter: for 5 ms by default, in which
        # connections are made that closing the listener resets.
        sys.setswitchinterval(SHUTDOWN_SWITCH_SECONDS)
        for each in listeners:
            await self._take_waiting(each)
        # uvicorn would close a connection whose first request has not arrived yet.
        deadline = time.monotonic() + FIRST_REQUEST_SECONDS
        while time.monotonic() < deadline and any(each.cycle is None for each in self.server_state.connections):  # type: ignore[union-attr]
            await asyncio.sleep(0.01)
        await super().shutdown(sockets)
        await asyncio.to_thread(close_pools)

    async def _take_waiting(self, listener: socket.socket) -> None:
        """Accept the connections that wait in the listener's backlog: closing the last listener would reset them."""
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
    """gunicorn's worker class: uvicorn with uvloop and httptools, without access log, lifespan and proxy headers."""

    CONFIG_KWARGS: ClassVar[dict[str, Any]] = {
        "loop": "uvloop",
        "http": Protocol,
        "ws": "none",
        "lifespan": "off",
        "interface": "asgi3",
        "access_log": False,
        # Links are made of PUBLIC_URL; any client may send X-Forwarded-*.
        "proxy_headers": False,
        "server_header": False,
        "timeout_graceful_shutdown": STREAM_GRACE,
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _log_through_root("uvicorn.error")

    async def _serve(self) -> None:
        """Serve requests; called once, returns when the worker is to end."""
        self.config.app = self.wsgi
        server = DrainingServer(self.config)
        self._install_sigquit_handler()
        await server.serve(sockets=self.sockets)
        if not server.started:
            sys.exit(Arbiter.WORKER_BOOT_ERROR)


class Log(Logger):
    """gunicorn's logger, whose messages go through Python's root logger, in the format that LOG_FORMAT sets."""

    def setup(self, cfg: Config) -> None:
        """Called by gunicorn at its start, and again whenever log files are reopened."""
        super().setup(cfg)
        _log_through_root("gunicorn.error")


def _log_through_root(name: str) -> None:
    logger = logging.getLogger(name)
    logger.handlers, logger.propagate = [], True


def listening_problem(host: str, port: int, another_port: str) -> str:
    """Why the server cannot listen on `host` and `port`, with what to do about it, in one line; "" if it can.

    `another_port` is a phrase that says how to choose another port; it is used only if the host can be listened on.
    """
    if not (reason := cannot_listen(host, port)):
        return ""
    # Port 0 is any free port, so if that fails the host is wrong.
    advice = "HOST must be an address or a name of this machine" if cannot_listen(host, 0) else another_port
    return f"cannot listen on {address(host, port)}: {reason}; {advice}"
