"""How gunicorn runs Octavo: `gunicorn -c deploy/gunicorn.conf.py core.asgi:application`."""

import gc
import os
import shutil
import tempfile
from typing import Any

from django.urls import get_resolver

from core.server.sockets import address
from core.server.worker import POSTGRESQL_OPTIONS, STREAM_GRACE, Log, Worker, listening_problem
from settings.env import load_or_exit

ENV = load_or_exit()

# For the web server alone: an import or a migration may take its time. libpq reads it, Octavo does not.
os.environ.setdefault("PGOPTIONS", POSTGRESQL_OPTIONS)

# A heartbeat or a count that waits for a disk makes workers slow, or has gunicorn kill healthy ones.
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
# Where the workers' counts meet: one folder a master, the same after a HUP, another after a USR2.
OWN = f"octavo-metrics-{os.getpid()}-"
METRICS = ENV.prometheus_multiproc_dir if OWN in ENV.prometheus_multiproc_dir else tempfile.mkdtemp("", OWN, MEMORY)
# prometheus_client looks for it when it is imported, and never again.
os.environ["PROMETHEUS_MULTIPROC_DIR"] = METRICS

from core.metrics import forget  # noqa: E402

# variable → port; workers share the listeners, which are the master's.
PORTS = {"PORT": ENV.port, "OPS_PORT": ENV.ops_port}
bind = [address(ENV.host, port) for port in PORTS.values() if port]
workers = ENV.web_concurrency
worker_class = Worker
# Loaded once and forked: workers share the memory of code, start together, and a mistake in the settings
# ends the start with its one line instead of a worker that dies again and again. Nothing opens a connection
# at import, so none is shared. The price: new code needs a restart, a HUP is not enough.
preload_app = True
worker_tmp_dir = MEMORY
# Seconds without a heartbeat, which comes from the event loop: long answers do not count against it.
timeout = 60
# Without DRAIN_SECONDS below the 30 seconds that most orchestrators give before they kill.
graceful_timeout = ENV.drain_seconds + STREAM_GRACE + 5
# Longer than a load balancer keeps an idle connection to us (usually 60 s), so it is never we who close first.
keepalive = 75
# Memory is flat; a worker that restarts would lose its cache and its connections.
max_requests = 0
accesslog = None
logger_class = Log
loglevel = ENV.log_level
# A read-only container has no place for it, and an operator has signals.
control_socket_disable = True


def on_starting(server: Any) -> None:
    """Refuse a taken port or a wrong host in one line; gunicorn would try for five seconds and print many."""
    for name, port in PORTS.items():
        if port and (problem := listening_problem(ENV.host, port, f"{name} chooses another port")):
            raise SystemExit(f"octavo: {problem}")


def when_ready(server: Any) -> None:
    """Import every view before the fork, and keep the collector from touching (so copying) what is shared."""
    get_resolver().url_patterns  # noqa: B018
    gc.collect()
    gc.freeze()


def child_exit(server: Any, worker: Any) -> None:
    """What a dead worker kept is gone; what it counted stays."""
    forget(worker.pid, METRICS)


def on_exit(server: Any) -> None:
    """Leave nothing behind."""
    shutil.rmtree(METRICS, ignore_errors=True)
