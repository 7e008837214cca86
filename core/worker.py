"""What gunicorn runs the application in, and whether it may listen where it is told to."""

import logging
import socket
from typing import Any, ClassVar

from gunicorn.config import Config
from gunicorn.glogging import Logger
from uvicorn_worker import UvicornWorker

POSTGRESQL_OPTIONS = (
    "-c statement_timeout=15s -c random_page_cost=1.1 -c work_mem=16MB -c max_parallel_workers_per_gather=0"
)
"""How requests use PostgreSQL: none runs long or takes several cores, and an index costs what it does on an SSD.

Planned for spinning disks (4.0, the default), probing an index 400 times loses to reading a table of 88,000 rows.
With 4 MB to work in, the default, 800,000 matches of a word's beginning are kept as pages and each row read again.
"""

STREAM_GRACE = 20
"""Seconds that answers under way have to end after a stop signal; below gunicorn's own limit, which kills."""


class Worker(UvicornWorker):
    """uvicorn with its C loop and parser, and nothing done per request that somebody else does already."""

    CONFIG_KWARGS: ClassVar[dict[str, Any]] = {
        "loop": "uvloop",
        "http": "httptools",
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


class Log(Logger):
    """gunicorn's own messages, written as all others are: in the format that LOG_FORMAT chose."""

    def setup(self, cfg: Config) -> None:
        """Called at the start and again on every reopening."""
        super().setup(cfg)
        _log_through_root("gunicorn.error")


def _log_through_root(name: str) -> None:
    logger = logging.getLogger(name)
    logger.handlers, logger.propagate = [], True


def address(host: str, port: int) -> str:
    """`host:port` as gunicorn and URLs write it, IPv6 in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def cannot_listen(host: str, port: int) -> str:
    """Why nothing could listen on `host` and `port` now, in a few words; empty when it could."""
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as trial:
            # As gunicorn does: connections of a server just stopped must not count as a server.
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind((host, port))
            trial.listen(1)
    except OSError as error:
        return (error.strerror or str(error)).lower()
    return ""
