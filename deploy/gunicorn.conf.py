"""How gunicorn runs Octavo: `gunicorn -c deploy/gunicorn.conf.py core.asgi:application`."""

import gc
import os
import shutil
import tempfile
from contextlib import suppress
from typing import Any

from django.db import Error, connections
from django.urls import get_resolver

from core.server.sockets import address
from core.server.worker import POSTGRESQL_OPTIONS, STREAM_GRACE, Log, Worker, listening_problem
from settings.env import load_or_exit

ENV = load_or_exit()

# For the web server only, as imports and migrations may run for long. libpq reads this variable.
os.environ.setdefault("PGOPTIONS", POSTGRESQL_OPTIONS)

# In memory: if a heartbeat or a metric waits for a disk, workers get slow, or gunicorn kills healthy ones.
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108  # nosec B108
# The folder of the workers' metrics: one for each master, the same after a HUP, another after a USR2.
OWN = f"octavo-metrics-{os.getpid()}-"
METRICS = ENV.prometheus_multiproc_dir if OWN in ENV.prometheus_multiproc_dir else tempfile.mkdtemp("", OWN, MEMORY)
# prometheus_client reads this variable when it is imported, and never again.
os.environ["PROMETHEUS_MULTIPROC_DIR"] = METRICS

from core.metrics import forget  # noqa: E402

# Ports by their variables; the master listens, and its workers share the sockets.
PORTS = {"PORT": ENV.port, "OPS_PORT": ENV.ops_port}
bind = [address(ENV.host, port) for port in PORTS.values() if port]
workers = ENV.web_concurrency
worker_class = Worker
# The application is loaded once and forked: workers share the memory of its code and start together, and a mistake
# in the settings ends the start with one line. No connection is opened at import, so none is shared by workers.
# New code needs a restart, a HUP is not enough.
preload_app = True
worker_tmp_dir = MEMORY
# Seconds without a heartbeat of the event loop after which a worker is killed; long requests do not stop it.
timeout = 60
# With DRAIN_SECONDS=0 this is below the 30 seconds after which most orchestrators kill.
graceful_timeout = ENV.drain_seconds + STREAM_GRACE + 5
# Longer than a load balancer keeps an idle connection to us (usually 60 s), so the load balancer closes first.
keepalive = 75
# No restarts: memory does not grow, and a new worker begins with an empty cache and no connections.
max_requests = 0
accesslog = None
logger_class = Log
loglevel = ENV.log_level
# A read-only container has no folder for the socket, and an operator can send signals.
control_socket_disable = True


def on_starting(server: Any) -> None:
    """Refuse a used port or a wrong host in one line; gunicorn would retry for five seconds and print many lines."""
    for name, port in PORTS.items():
        if port and (problem := listening_problem(ENV.host, port, f"{name} chooses another port")):
            raise SystemExit(f"octavo: {problem}")


def when_ready(server: Any) -> None:
    """Import every view before the fork, and freeze objects, as the collector would write to shared pages."""
    from core.search.version import outdated_index  # noqa: PLC0415 - its models need the application

    get_resolver().url_patterns  # noqa: B018
    # A database that is away or not migrated is for /health/ready to say. The workers open connections of their own.
    with suppress(Error):
        if notice := outdated_index():
            server.log.warning("octavo: %s", notice)
    connections.close_all()
    gc.collect()
    gc.freeze()


def child_exit(server: Any, worker: Any) -> None:
    """Remove a dead worker's gauges from the metrics; its counters stay."""
    forget(worker.pid, METRICS)


def on_exit(server: Any) -> None:
    """Remove the folder of metrics."""
    shutil.rmtree(METRICS, ignore_errors=True)
