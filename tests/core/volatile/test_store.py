"""The volatile store that the lane has: a file on SQLite's, Redis on PostgreSQL's."""

import os
import socket
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from uuid import uuid4

import pytest
from django.conf import settings

from core.volatile.base import StoreAway
from core.volatile.chosen import store
from core.volatile.redis import RedisStore
from core.volatile.sqlite import SqliteStore
from tests.conftest import ROOT

FILE = "volatile.sqlite3"


@pytest.fixture
def key() -> str:
    return f"test:{uuid4()}"


def add_one(old: str | None) -> str:
    return str(int(old or 0) + 1)


def test_the_lane_has_its_store():
    assert isinstance(store(), RedisStore if settings.REDIS_URL else SqliteStore)


def test_a_value_is_kept_and_changed(key):
    assert store().get(key) is None
    assert store().update(key, lambda old: f"{old} ü", 60) == "None ü"
    assert store().update(key, lambda old: f"{old}!", 60) == "None ü!"
    assert store().get(key) == "None ü!"


def test_a_change_may_leave_the_value(key):
    assert store().update(key, lambda _: None, 60) is None
    store().update(key, lambda _: "a", 60)
    assert store().update(key, lambda _: None, 60) == "a"
    assert store().get(key) == "a"


def test_a_value_ends(key):
    store().update(key, lambda _: "a", 1)
    assert poll(key) is None
    assert store().update(key, lambda old: "none" if old is None else "some", 60) == "none"


def poll(key: str) -> str | None:
    """The value once it is gone, or after ten seconds."""
    for _ in range(200):
        if store().get(key) is None:
            return None
        subprocess.run(["sleep", "0.05"], check=True)
    return store().get(key)


def test_a_count_begins_at_one_and_ends_after_its_time_whatever_came_meanwhile(key):
    first, second = store().count(key, 2), store().count(key, 2)
    assert (first.number, second.number) == (1, 2)
    assert 0 < second.seconds <= first.seconds <= 2
    assert store().get(key) == "2"
    for _ in range(200):
        if store().count(key, 2).number == 1:
            break
        time.sleep(0.05)
    assert store().count(key, 60).number == 2


def test_no_count_of_many_threads_and_processes_is_lost(key, tmp_path):
    code = (
        "import django, sys; django.setup()\n"
        "from core.volatile.chosen import store\n"
        "for _ in range(50): print(store().count(sys.argv[1], 60).number)"
    )
    mine = RedisStore(settings.REDIS_URL, "octavo:volatile:") if settings.REDIS_URL else SqliteStore(tmp_path / FILE)
    own = {"DATA_DIR": str(tmp_path), "REDIS_URL": settings.REDIS_URL}
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "settings.dev", **own}
    process = subprocess.Popen([sys.executable, "-c", code, key], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(lambda _: mine.count(key, 60).number, range(100)))
    theirs, _ = process.communicate(timeout=60)
    assert sorted([*numbers, *map(int, theirs.split())]) == list(range(1, 151))


def test_counts_whose_time_is_over_leave_nothing_behind(tmp_path):
    ours = SqliteStore(tmp_path / FILE)
    for number in range(5):
        ours.count(f"old:{number}", 0)
    ours.count("new", 60)
    with closing(sqlite3.connect(tmp_path / FILE)) as file:
        assert file.execute("SELECT key FROM volatile").fetchall() == [("new",)]


def test_an_error_in_a_change_writes_nothing(key):
    def fail(_: str | None) -> str:
        raise ZeroDivisionError

    store().update(key, lambda _: "a", 60)
    with pytest.raises(ZeroDivisionError):
        store().update(key, fail, 60)
    assert store().update(key, lambda old: f"{old}b", 60) == "ab"


def test_no_change_of_many_threads_and_processes_is_lost(key, tmp_path):
    code = (
        "import django, sys; django.setup()\n"
        "from core.volatile.chosen import store\n"
        "for _ in range(50): store().update(sys.argv[1], lambda old: str(int(old or 0) + 1), 60)"
    )
    folder = str(tmp_path)
    mine = RedisStore(settings.REDIS_URL, "octavo:volatile:") if settings.REDIS_URL else SqliteStore(tmp_path / FILE)
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "settings.dev", "DATA_DIR": folder, "REDIS_URL": settings.REDIS_URL}
    process = subprocess.Popen([sys.executable, "-c", code, key], cwd=ROOT, env=env)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: mine.update(key, add_one, 60), range(100)))
    assert process.wait(60) == 0
    assert mine.get(key) == "150"


def test_a_store_that_cannot_be_reached_says_so(tmp_path, key):
    for away in (RedisStore("redis://127.0.0.1:1", ""), SqliteStore(tmp_path / "none" / "file")):
        with pytest.raises(StoreAway):
            away.get(key)
        with pytest.raises(StoreAway):
            away.update(key, add_one, 60)
        with pytest.raises(StoreAway):
            away.count(key, 60)


@pytest.mark.parametrize("broken", ["all of it", "its second half"])
def test_a_broken_file_is_replaced(tmp_path, broken):
    ours, others = SqliteStore(tmp_path / FILE), SqliteStore(tmp_path / FILE)
    for number in range(200):
        ours.update(f"key:{number}", lambda _: "a" * 200, 60)
    assert others.get("key:0") == "a" * 200
    content = (tmp_path / FILE).read_bytes()
    half = 0 if broken == "all of it" else len(content) // 2
    (tmp_path / FILE).write_bytes(content[:half] + b"x" * (len(content) - half))
    for _ in range(3):
        for number in range(200):
            with suppress(StoreAway):
                ours.update(f"key:{number}", lambda _: "b", 60)
    assert [ours.get(f"key:{number}") for number in range(200)] == ["b"] * 200
    assert others.get("key:199") == "b"


def test_a_reader_in_the_way_of_a_commit_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("core.volatile.sqlite.WAIT_SECONDS", 0.05)
    ours, others = SqliteStore(tmp_path / FILE), SqliteStore(tmp_path / FILE)
    ours.update("key", add_one, 60)
    with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM volatile").fetchall()
        for store_ in (ours, others):
            with pytest.raises(StoreAway):
                store_.update("key", add_one, 60)
    assert (ours.get("key"), others.get("key")) == ("1", "1")
    assert (ours.update("key", add_one, 60), others.update("key", add_one, 60)) == ("2", "3")


def test_a_broken_file_that_cannot_be_replaced_is_a_store_that_is_away(tmp_path):
    (tmp_path / FILE).write_bytes(b"x" * 5000)
    (tmp_path / f"{FILE}.lock").mkdir()
    for _ in range(2):
        with pytest.raises(StoreAway):
            SqliteStore(tmp_path / FILE).get("key")


@pytest.mark.parametrize("loss", ["emptied", "without its table"])
def test_a_file_that_lost_its_content_gets_its_table_again(tmp_path, loss):
    ours = SqliteStore(tmp_path / FILE)
    ours.update("key", add_one, 60)
    if loss == "emptied":
        os.truncate(tmp_path / FILE, 0)
    else:
        with closing(sqlite3.connect(tmp_path / FILE)) as file, file:
            file.execute("DROP TABLE volatile")
    with suppress(StoreAway):
        ours.update("key", add_one, 60)
    assert ours.update("other", add_one, 60) == "1"


def test_a_file_that_was_removed_is_made_again(tmp_path):
    ours, others = SqliteStore(tmp_path / FILE), SqliteStore(tmp_path / FILE)
    assert (ours.update("key", add_one, 60), others.update("key", add_one, 60)) == ("1", "2")
    (tmp_path / FILE).unlink()
    assert (ours.update("key", add_one, 60), others.update("key", add_one, 60)) == ("1", "2")


def test_many_processes_open_a_new_file_at_once(tmp_path):
    code = (
        "import sys, pathlib\nfrom core.volatile.sqlite import SqliteStore\nprint(flush=True)\nsys.stdin.readline()\n"
        "SqliteStore(pathlib.Path(sys.argv[1])).update('key', lambda old: str(int(old or 0) + 1), 60)"
    )
    path = tmp_path / FILE
    command = [sys.executable, "-c", code, str(path)]
    piped = subprocess.PIPE
    processes = [subprocess.Popen(command, cwd=ROOT, stdin=piped, stdout=piped, text=True) for _ in range(12)]
    for process in processes:
        assert process.stdout
        process.stdout.readline()
        process.stdout.close()
    for process in processes:
        assert process.stdin
        process.stdin.close()
    assert [process.wait(60) for process in processes] == [0] * 12
    assert SqliteStore(path).get("key") == "12"


def test_redis_is_not_asked_again_at_once_after_it_was_away(tmp_path, key):
    """A server that takes connections and says nothing costs one time limit, and not one a request."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        away = RedisStore(f"redis://127.0.0.1:{server.getsockname()[1]}", "")
        with pytest.raises(StoreAway):
            away.get(key)
        for _ in range(50):
            with pytest.raises(StoreAway, match="a moment ago"):
                away.get(key)


def test_one_thread_finds_out_whether_redis_is_back(key):
    with socket.create_server(("127.0.0.1", 0)) as server:
        away = RedisStore(f"redis://127.0.0.1:{server.getsockname()[1]}", "")
        with pytest.raises(StoreAway):
            away.get(key)
        away._away_until = 1e-9

        def reason(_: int) -> str:
            with pytest.raises(StoreAway) as error:
                away.get(key)
            return str(error.value)

        with ThreadPoolExecutor(8) as pool:
            reasons = list(pool.map(reason, range(8)))
    # Two, if one was interrupted just before it said that it tries.
    assert 1 <= sum("a moment ago" not in each for each in reasons) <= 2


@pytest.mark.skipif(not settings.REDIS_URL, reason="this lane has no Redis")
def test_redis_is_used_again_once_it_is_back(key):
    back = RedisStore(settings.REDIS_URL, "octavo:volatile:")
    back._away_until = 1e-9
    back.update(key, lambda _: "a", 60)
    assert (back.get(key), back._away_until) == ("a", 0.0)
