"""Background tasks on a real worker: messages are files on SQLite's lane, and go through Redis on PostgreSQL's."""

import os
import subprocess
import sys
import time

from tests.conftest import ROOT, manage, new_database

WORKER = ["-m", "celery", "--quiet", "-A", "core.celery", "worker", "--concurrency", "1", "--loglevel", "WARNING"]
SPOIL = """
from books.models import Subject
from core.jobs.models import Job
from core.models import RowCount
Subject.objects.create(name="S", books_count=7)
RowCount.objects.create(name="book", value=5)
Job(kind="import").start()
"""
STATE = """
from books.models import Subject
from core.jobs.models import Job
from core.models import RowCount
print(Subject.objects.get().books_count, RowCount.objects.get(name="book").value, Job.objects.get().state)
"""


def test_a_worker_recounts_and_sweeps_what_a_killed_import_left(tmp_path):
    with new_database(tmp_path, "tasks") as database:
        env = {
            **os.environ,
            "DATABASE_URL": database,
            "DATA_DIR": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "settings.dev",
        }
        manage(env, "migrate", "--verbosity", "0")
        manage(env, "shell", "--no-imports", "-c", SPOIL)
        for task in ("recount", "sweep"):
            manage(env, "shell", "--no-imports", "-c", f"from books.tasks import {task}; {task}.delay()")
        worker = subprocess.Popen([sys.executable, *WORKER], cwd=ROOT, env=env, stderr=subprocess.DEVNULL)
        try:
            deadline = time.monotonic() + 60
            while (state := manage(env, "shell", "--no-imports", "-c", STATE).strip()) != "0 0 failed":
                assert time.monotonic() < deadline, state
                assert worker.poll() is None
        finally:
            worker.terminate()
            assert worker.wait(30) == 0
