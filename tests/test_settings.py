"""The environment: what it may say, what it means, and how a mistake in it is told."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from settings.env import DEVELOPMENT_SECRET, ROOT, VARIABLES, EnvError, cores, database, load

SECRET = "a-secret-of-somebody-s-own-0123456789-abcdefghij"
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "settings.prod",
    "SECRET_KEY": SECRET,
    "ALLOWED_HOSTS": "books.example.org",
    "PUBLIC_URL": "https://books.example.org",
    "DATABASE_URL": "postgres://octavo@localhost/octavo",
}

WRONG = {
    "DEBUG": "maybe",
    "PUBLIC_URL": "books.example.org",
    "DATABASE_URL": "mysql://localhost/books",
    "THREADS": "0",
    "QUEUE_SIZE": "0",
    "REQUEST_TIMEOUT": "0",
    "DRAIN_SECONDS": "-1",
    "DB_PREPARE": "perhaps",
    "DIRECT_DATABASE_URL": "books",
    "EDGE": "perhaps",
    "EDGE_BYTES": "64MB",
    "EDGE_MAX_STALENESS": "-1",
    "CDN_TTL": "1h",
    "REDIS_URL": "localhost:6379",
    "BROKER_URL": "kafka://localhost",
    "WEB_CONCURRENCY": "-1",
    "PORT": "abc",
    "LOG_FORMAT": "xml",
    "LOG_LEVEL": "loud",
}


def check(variables: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    """`manage.py check` with nothing in its environment but these and what a shell needs."""
    env = {"PATH": os.environ["PATH"], "DATA_DIR": str(folder), **variables}
    command = [sys.executable, "manage.py", "check"]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_value_names_its_variable(name):
    with pytest.raises(EnvError, match=rf"^{name} must "):
        load({name: WRONG[name]})


@pytest.mark.parametrize("name", ["PORT", "WEB_CONCURRENCY", "THREADS", "QUEUE_SIZE"])
@pytest.mark.parametrize("value", ["0", "-1", "1.5", "99999999", "1e3", "٣", "1_0"])
def test_a_number_is_a_plain_whole_number_in_range(name, value):
    with pytest.raises(EnvError, match=rf"^{name} must be a whole number from 1 to \d+, not "):
        load({name: value})


@pytest.mark.parametrize("name", [name for name in VARIABLES if "URL" in name and name != "PUBLIC_URL"])
def test_a_wrong_url_is_not_repeated_because_it_may_hold_a_password(name):
    with pytest.raises(EnvError) as refused:
        load({name: "nonsense://me:hunter2@somewhere/x"})
    assert "hunter2" not in str(refused.value)


def test_an_empty_variable_counts_as_none():
    assert load(dict.fromkeys(VARIABLES, "")) == load({}) == load(dict.fromkeys(VARIABLES, "  "))


def test_without_any_variable_everything_is_on_this_machine():
    env = load({})
    assert env.database_url == f"sqlite:///{ROOT / 'var' / 'catalogue.sqlite3'}"
    assert (env.host, env.port, env.debug, env.redis_url) == ("127.0.0.1", 8000, False, "")
    assert env.broker_url.startswith("filesystem://")
    assert env.data_dir == ROOT / "var"


def test_data_moves_with_its_folder(tmp_path):
    assert load({"DATA_DIR": str(tmp_path)}).database_url == f"sqlite:///{tmp_path / 'catalogue.sqlite3'}"


def test_there_are_two_workers_a_core_and_one_unless_told_otherwise():
    assert load({}).web_concurrency == 2 * cores() + 1
    assert load({"WEB_CONCURRENCY": "3"}).web_concurrency == 3


def test_jobs_go_through_redis_where_there_is_one():
    assert load({"REDIS_URL": "redis://cache:6379/0"}).broker_url == "redis://cache:6379/0"
    assert load({"REDIS_URL": "redis://cache", "BROKER_URL": "amqp://queue"}).broker_url == "amqp://queue"


def test_a_list_is_parted_by_commas_and_spaces_do_not_matter():
    assert load({"ALLOWED_HOSTS": " a.example , b.example,"}).allowed_hosts == ["a.example", "b.example"]


def test_a_postgresql_url_keeps_every_part():
    found = database("postgres://me:p%40ss@db.example:6432/books?sslmode=require")
    expected = {"USER": "me", "PASSWORD": "p@ss", "HOST": "db.example", "PORT": 6432, "NAME": "books"}
    assert {key: found[key] for key in expected} == expected
    assert found["ENGINE"] == "django.db.backends.postgresql"
    assert found["OPTIONS"] == {"sslmode": "require"}


def test_a_sqlite_url_names_a_file_from_here_or_from_the_root(tmp_path):
    assert database(f"sqlite:///{tmp_path}/books.sqlite3")["NAME"] == str(tmp_path / "books.sqlite3")
    assert database("sqlite:///books.sqlite3")["NAME"] == str(Path.cwd() / "books.sqlite3")


@pytest.mark.parametrize(
    "url",
    ["sqlite://", "sqlite:///", "postgres://", "postgres://host", "postgres://host/", "mysql://host/books", "books"],
)
def test_a_database_url_that_names_no_database_is_refused(url):
    with pytest.raises(ValueError, match=r"^must "):
        database(url)


def test_a_program_ends_with_one_line_that_names_the_variable(tmp_path):
    done = check({"PORT": "abc"}, tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "octavo: PORT must be a whole number from 1 to 65535, not 'abc'\n"


def test_production_starts_with_all_that_it_needs(tmp_path):
    done = check(PRODUCTION, tmp_path)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS", "PUBLIC_URL", "DATABASE_URL"])
def test_production_refuses_to_guess(name, tmp_path):
    done = check({**PRODUCTION, name: ""}, tmp_path)
    assert (done.returncode, done.stderr) == (1, f"octavo: {name} is required in production\n")


@pytest.mark.parametrize("secret", [DEVELOPMENT_SECRET, "short", "x" * 31], ids=["development", "short", "31"])
def test_production_refuses_a_secret_that_is_none(secret, tmp_path):
    done = check({**PRODUCTION, "SECRET_KEY": secret}, tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("octavo: SECRET_KEY must be a secret of your own")
    assert done.stderr.count("\n") == 1
