"""`manage.py serve`: migrates the database, then runs the web server and the background worker on one machine."""

import http.client
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connections

from books.models import Book, SourceRecord
from core.server.sockets import address
from core.server.supervisor import Supervisor
from core.server.worker import listening_problem
from settings.env import load_or_exit

ENV = load_or_exit()
SAMPLE = Path(settings.BASE_DIR, "books", "importing", "sample", "classics.ndjson")
EVERY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104


class Command(BaseCommand):
    """Prepares the database, then runs the web server and the background worker until a signal such as Ctrl-C."""

    help = "Serve Octavo: prepare the database, then run the web server and the worker until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the option `--no-sample`, which leaves the sample catalogue out."""
        parser.add_argument("--no-sample", action="store_true", help="leave an empty catalogue empty")

    def handle(self, *args: Any, no_sample: bool, **options: Any) -> None:
        """Run until a signal, then exit with status 0; 130 after Ctrl-C while the database is prepared.

        If a port cannot be used or a program ends, exit with status 1 and a line that says so.
        """
        another_port = f"choose another port with `make serve PORT={ENV.port % 65535 + 1}`"
        if problem := listening_problem(ENV.host, ENV.port, another_port):
            raise CommandError(problem)
        if ENV.ops_port and (problem := listening_problem(ENV.host, ENV.ops_port, "OPS_PORT chooses another port")):
            raise CommandError(problem)
        try:
            self._prepare(sample=not no_sample)
        except KeyboardInterrupt:
            raise SystemExit(130) from None
        sys.exit(Supervisor(_commands(), settings.BASE_DIR).run(self._answers))

    def _prepare(self, *, sample: bool) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        database = connections["default"]
        self.stdout.write(f"Database ready: {database.settings_dict['NAME']}")
        if sample and not Book.objects.exists() and not SourceRecord.objects.exists():
            self.stdout.write("The catalogue is empty: loading a sample of classics.")
            call_command("import_books", str(SAMPLE))
        # The supervisor uses no database connection.
        connections.close_all()
        self.stdout.flush()

    def _answers(self) -> bool:
        """Whether the web server answers by now. The first time it does, print its URL."""
        host = "localhost" if ENV.host in EVERY_ADDRESS else ENV.host
        connection = http.client.HTTPConnection(host, ENV.ops_port or ENV.port, timeout=2)
        try:
            connection.request("GET", "/health/live")
            if connection.getresponse().status != http.HTTPStatus.OK:
                return False
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        url = f"http://{address(host, ENV.port)}"
        self.stdout.write(
            f"\n  Octavo is ready.\n\n    Books  {url}/api/v1/books/\n    Docs   {url}/docs\n\n  Ctrl-C stops it.\n"
        )
        self.stdout.flush()
        return True


def _commands() -> dict[str, list[str]]:
    """The command line of each program to run, by its name; each runs with this Python interpreter."""
    python = [sys.executable, "-W", "ignore:You're running the worker with superuser privileges", "-m"]
    # Without events and gossip: the file broker would store their messages as files that no worker reads.
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING"]
    schedule = settings.DATA_DIR / f"celerybeat-schedule-{ENV.port}"
    return {
        "web server": [
            *python, "gunicorn", "-c", "deploy/gunicorn.conf.py", "--log-level", "warning", "core.asgi:application",
        ],
        "worker": [
            *python, "celery", "--quiet", "-A", "core.celery", "worker", *quiet, "--concurrency", "1",
            "--hostname", f"serve-{ENV.port}@%h", "--beat", "--schedule", str(schedule),
        ],
    }  # fmt: skip
