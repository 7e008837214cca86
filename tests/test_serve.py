"""`manage.py serve`: the whole of Octavo with one command, and gone with one Ctrl-C."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import httpx
import pytest

from settings.env import ROOT
from tests.conftest import new_database
from tests.support.servers import free_port

START, STOP = 60, 20


def descendants(pid):
    """The processes below `pid`, theirs included."""
    listing = subprocess.run(["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    children: dict[int, list[int]] = {}
    for line in listing.splitlines():
        child, parent = map(int, line.split())
        children.setdefault(parent, []).append(child)
    found, todo = [], [pid]
    while todo:
        todo += (below := children.get(todo.pop(), []))
        found += below
    return found


def alive(pids):
    """Those of the processes that are still there; one that only waits for its parent's attention is not."""
    listing = subprocess.run(["ps", "-e", "-o", "pid=,stat="], capture_output=True, text=True, check=True).stdout
    there = {int(pid) for pid, state in map(str.split, listing.splitlines()) if not state.startswith("Z")}
    return sorted(there & set(pids))


def within(seconds, condition):
    """Whether `condition()` comes true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


class Serve:
    """One run of `manage.py serve`, in a session of its own as in a terminal."""

    def __init__(self, folder, database, **variables):
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.log = folder / f"serve-{port}.log"
        own = {"DATA_DIR": str(folder), "DATABASE_URL": database, "PORT": str(port), "WEB_CONCURRENCY": "2"}
        env = {
            **os.environ,
            **own,
            **variables,
            "REDIS_URL": "",
            "BROKER_URL": "",
            "DJANGO_SETTINGS_MODULE": "settings.dev",
        }
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve"], cwd=ROOT, env=env,
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    def output(self):
        return self.log.read_text()

    def wait_ready(self):
        ready = within(START, lambda: "Octavo is ready" in self.output() or self.process.poll() is not None)
        assert ready, self.output()
        assert self.process.poll() is None, self.output()

    def books(self):
        return httpx.get(f"{self.url}/api/v1/books/").json()["results"]

    def stop(self, sign=signal.SIGINT):
        """The exit status after a Ctrl-C, which a terminal sends to the whole group."""
        os.killpg(self.process.pid, sign)
        return self.process.wait(STOP)


@contextmanager
def serve(folder, database, **variables):
    run = Serve(folder, database, **variables)
    try:
        run.wait_ready()
        yield run
    finally:
        left = [run.process.pid, *descendants(run.process.pid)]
        if run.process.poll() is None:
            run.process.terminate()
            run.process.wait(STOP)
        for pid in alive(left):
            os.kill(pid, signal.SIGKILL)


@pytest.fixture
def database(tmp_path):
    with new_database(tmp_path, "serve") as url:
        yield url


def test_it_serves_a_sample_and_one_interrupt_stops_everything(tmp_path, database):
    with serve(tmp_path, database) as run:
        first = run.books()
        assert len(first) > 20
        assert f"{run.url}/api/v1/books/" in run.output()
        below = descendants(run.process.pid)
        assert len(below) > 3
        assert run.stop() == 0
        assert alive(below) == []
        assert "Traceback" not in run.output()
        assert "rror" not in run.output()
    with serve(tmp_path, database) as run:
        assert "loading a sample" not in run.output()
        assert [book["id"] for book in run.books()] == [book["id"] for book in first]
        assert run.stop(signal.SIGTERM) == 0


def test_it_is_ready_when_operations_have_a_port_of_their_own(tmp_path, database):
    port = free_port()
    with serve(tmp_path, database, OPS_PORT=str(port)) as run:
        assert httpx.get(f"http://127.0.0.1:{port}/health/ready").status_code == 200
        assert httpx.get(f"{run.url}/health/ready").status_code == 404
        assert run.books()


def test_when_one_program_dies_the_rest_is_stopped_and_the_failure_told(tmp_path, database):
    with serve(tmp_path, database) as run:
        below = descendants(run.process.pid)
        listing = ["ps", "-ww", "-o", "pid=,args=", "-p", ",".join(map(str, below)), "--sort=pid"]
        found = subprocess.run(listing, capture_output=True, text=True, check=True).stdout.splitlines()
        worker = next(int(line.split()[0]) for line in found if "celery" in line)
        os.kill(worker, signal.SIGKILL)
        assert run.process.wait(STOP) == 1
        assert "octavo: the worker ended with signal 9; stopping the rest" in run.output()
        assert alive(below) == []


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux' parent death signal")
def test_nothing_outlives_a_killed_supervisor(tmp_path, database):
    with serve(tmp_path, database) as run:
        below = descendants(run.process.pid)
        run.process.kill()
        run.process.wait()
        gone = within(STOP, lambda: alive(below) == [])
        left = alive(below)
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        assert gone, left


def test_a_taken_port_is_one_line_that_says_how_to_choose_another(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        env = {**os.environ, "DATA_DIR": str(tmp_path), "DATABASE_URL": "", "PORT": str(port)}
        done = subprocess.run(
            [sys.executable, "manage.py", "serve"], cwd=ROOT, env={**env, "DJANGO_SETTINGS_MODULE": "settings.dev"},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert f"127.0.0.1:{port}" in line
    assert "make serve PORT=" in line


@pytest.mark.parametrize(
    "command", [["manage.py", "serve"], ["-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "core.asgi"]]
)
def test_a_host_that_is_not_this_machine_is_one_line_that_names_it(command, tmp_path):
    env = {**os.environ, "DATA_DIR": str(tmp_path), "DATABASE_URL": "", "HOST": "203.0.113.1"}
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env={**env, "DJANGO_SETTINGS_MODULE": "settings.dev"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    line = done.stderr.splitlines()[-1]
    assert "cannot listen on 203.0.113.1:8000" in line
    assert line.endswith("; HOST must be an address or a name of this machine")
    assert "Traceback" not in done.stderr


STUBBORN = """
import signal, sys, time
from core.server import supervisor
supervisor.GRACE = 1
deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
commands = {"deaf one": [sys.executable, "-c", deaf], "other": [sys.executable, "-c", "import time; time.sleep(60)"]}
sys.exit(supervisor.Supervisor(commands, ".").run(lambda: True))
"""


@pytest.mark.parametrize("signals", [1, 2])
def test_a_program_that_will_not_end_is_killed(signals):
    process = subprocess.Popen([sys.executable, "-c", STUBBORN], cwd=ROOT, stdout=subprocess.PIPE)
    with process:
        assert process.stdout
        assert process.stdout.readline() == b"up\n"
        below = descendants(process.pid)
        assert len(below) == 2
        for _ in range(signals):
            process.send_signal(signal.SIGINT)
            time.sleep(0.3)
        assert process.wait(STOP) == 0
        assert alive(below) == []
