"""Locks: one holder at a time, and none once its process is gone."""

import os
import signal
import subprocess
import sys

import pytest
from django.conf import settings

from core.database.locks import LockTakenError, exclusive_lock
from tests.conftest import ROOT, manage, new_database

HOLDER = """
import time
from core.database.locks import exclusive_lock
with exclusive_lock("test"):
    print("held", flush=True)
    time.sleep(600)
"""


def is_free(name):
    """Whether nobody holds the lock `name` at this moment."""
    try:
        with exclusive_lock(name):
            return True
    except LockTakenError:
        return False


@pytest.fixture
def data_dir(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    return tmp_path


@pytest.mark.django_db(transaction=True)
def test_a_lock_has_one_holder_and_is_free_after_it(data_dir):
    with exclusive_lock("test"):
        assert not is_free("test")
        assert is_free("another")
        with pytest.raises(LockTakenError), exclusive_lock("test"):
            pass
    assert is_free("test")


@pytest.mark.django_db(transaction=True)
def test_an_error_gives_the_lock_back(data_dir):
    with pytest.raises(ZeroDivisionError), exclusive_lock("test"):
        raise ZeroDivisionError
    assert is_free("test")


def test_a_killed_process_holds_no_lock(tmp_path):
    with new_database(tmp_path, "lock") as database:
        env = {
            **os.environ,
            "DATABASE_URL": database,
            "DATA_DIR": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "settings.dev",
        }
        ask = (
            "shell",
            "--no-imports",
            "-c",
            "from tests.core.database.test_locks import is_free; print(is_free('test'))",
        )
        command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", HOLDER]
        with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as holder:
            try:
                assert holder.stdout
                assert holder.stdout.readline() == "held\n"
                assert manage(env, *ask) == "False\n"
            finally:
                holder.send_signal(signal.SIGKILL)
        # The server notices the broken connection a moment after the kernel.
        assert "True\n" in (manage(env, *ask) for _ in range(20))
