"""The environment variables: valid values, their meaning, and the one line that names a wrong one."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from settings.env import DEVELOPMENT_SECRET, RENAMED, ROOT, VARIABLES, EnvError, cores, load, make_folders
from settings.values import database
from tests.support.servers import free_port

SECRET = "a-secret-of-somebody-s-own-0123456789-abcdefghij"
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "settings.prod",
    "SECRET_KEY": SECRET,
    "ALLOWED_HOSTS": "books.example.org",
    "PUBLIC_URL": "https://books.example.org",
    "CLIENT_ADDRESS": "peer",
    "DATABASE_URL": "postgres://octavo@localhost/octavo",
}

# Every variable with values that must end the start; a new one in VARIABLES needs a line here and in docs/running.md.
WRONG = {
    "SECRET_KEY": ["short", "x" * 31],
    "SECRET_KEY_FALLBACKS": ["short", f"{SECRET},short", f"{SECRET} , {SECRET[:31]}"],
    "DEBUG": ["maybe", "2", "wahr"],
    "ALLOWED_HOSTS": [
        "https://books.example.org", "books.example.org:8000", "books.example.org/", "books.example.org/api", "a b",
        "a.example b.example", "a.example;b.example", "*.example.org", "::1", "[::1", "[::1]:8000", "me@a.example",
        "a.example,https://b.example", "bücher.example", "-books.example", "books..example", ".", "x" * 64,
    ],
    "PUBLIC_URL": [
        "books.example.org", "ftp://books.example.org", "https://", "https:///", "https:books.example.org",
        "https://books.example.org/catalogue", "https://books.example.org?x=1", "https://books.example.org/?",
        "https://books.example.org#top", "https://me@books.example.org", "https://me:hunter2@books.example.org",
        "https://books.example.org:abc", "https://books.example.org:0", "https://books.example.org:99999",
        "https://books.example.org:", "https://books example.org", "https://[::1", "https://a.example,https://b.example",
    ],
    "DATA_DIR": ["/dev/null", "/dev/null/var", "/proc/octavo", "~nobody-of-this-name/var", f"/tmp/{'x' * 300}"],
    "DATABASE_URL": [
        "books", "mysql://localhost/books", "sqlite:", "sqlite://", "sqlite:///", "sqlite:////", "sqlite:books.sqlite3",
        "sqlite://books.sqlite3", "sqlite://localhost/books.sqlite3", "sqlite:///:memory:", "sqlite:////tmp",
        "sqlite:////tmp/", "sqlite:///books.sqlite3?mode=ro", "sqlite:///books#1.sqlite3", "sqlite:////dev/null/books.sqlite3",
        "postgres:", "postgres://", "postgres://host", "postgres://host/", "postgres:octavo", "postgres://host:abc/octavo",
        "postgres://host:0/octavo", "postgres://host:99999/octavo", "postgres://me:hun/ter2@host/octavo",
        "postgres://me:hun#ter2@host/octavo", "postgres://me:hun?ter2@host/octavo", "postgres://me:hun ter2@host/o",
        "postgres://host/octavo?sslmod=require", "postgres://host/octavo?pool=true", "postgres://[::1/octavo",
        "postgres://host/octavo?isolation_level=serializable", "postgres://host/octavo?server_side_binding=0",
    ],
    "DB_PREPARE": ["perhaps"],
    "DIRECT_DATABASE_URL": ["books", "sqlite:///books.sqlite3", "postgres://host", "postgres://host:abc/octavo"],
    "RESPONSE_CACHE": ["perhaps"],
    "RESPONSE_CACHE_BYTES": ["64MB", "-1", "1e9"],
    "RESPONSE_CACHE_MAX_STALENESS": ["-1", "1.5", "86401"],
    "CDN_TTL": ["1h", "-1"],
    "REDIS_URL": [
        "localhost:6379", "redis:", "redis://", "redis:///0", "redis://host:abc/0", "redis://host:99999/0", "redis://host:/0",
        "redis://host/cache", "redis://host/0/1", "redis://me:hun/ter2@host/0", "unix://", "unix:///", "unix://run/redis.sock",
        "unix:///run/redis.sock?db=x", "http://host", "redis://a host/0", "redis://host/0?timeout=1", "redis://host/0?db=x",
        "redis://host/0?socket_timeout=x", "redis://host?ssl_cert_reqs=none", "rediss://host?ssl_cert_reqs=perhaps",
    ],
    "BROKER_URL": [
        "kafka://localhost", "amqp", "amqp:host", "amqp://host:abc//", "amqp://me:hun/ter2@host//", "redis://host/x",
        "redis://", "amqp://a;kafka://b", "amqp://a;", "filesystem:///srv/queue", "filesystem",
    ],
    "EMAIL_URL": [
        "mail.example.org", "http://mail.example.org", "smtp://", "smtp:mail", "smtp://mail:abc", "smtp://mail/path",
        "smtp://mail?tls=1", "smtp+ssl://mail", "console:x", "smtp://me:hun/ter2@mail",
    ],
    "EMAIL_FROM": ["octavo", "@example.org", "a b@example.org", "octavo@", "o@example.org\nBcc: e@example.org"],
    "PASSWORD_RESET_URL": [
        "https://books.example.org/", "{token}", "ftp://a/{token}", "https://a/{token}{token}", "https://a b/{token}",
    ],
    "WEB_CONCURRENCY": ["-1", "0", "auto", "1001"],
    "THREADS": ["0", "three"],
    "QUEUE_SIZE": ["0", "all"],
    "REQUEST_TIMEOUT": ["0", "30s", "3601"],
    "DRAIN_SECONDS": ["-1", "3601"],
    "HOST": ["http://127.0.0.1", "127.0.0.1:8000", "*", "a b", "local/host", "[::1", "[localhost]", "x" * 64, "me@h"],
    "PORT": ["abc", "0", "65536", "8000/tcp", ":8000"],
    "OPS_PORT": ["8000", "-1", "65536", "ops"],  # 8000 is PORT's default
    "CATALOGUE_ACCESS": ["private", "everybody", "on"],
    "REQUIRE_IF_MATCH": ["always"],
    "CORS_WRITE_ORIGINS": [
        "*", "books.example.org", "https://books.example.org/", "https://books.example.org/admin", "https://me@b.example",
        "https://b.example:abc", "https://*.example.org", "null", "https://a.example https://b.example", "ftp://a.example",
    ],
    "RATE_LIMIT_ANON": [
        "100", "0/second", "-1/second", "1.5/second", "100/fortnight", "100 / second", "100/", "/second", "on",
        "1e3/second", "٣/second", "100/second/second", f"{10**9}/second",
    ],
    "RATE_LIMIT_KEY": ["1000", "1000/seconds"],
    "CLIENT_ADDRESS": ["X-Forwarded-For", "header:", "header:x y", "header", "header:Forwarded", "header:ä"],
    "TRUSTED_PROXIES": ["proxy", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0-10.0.0.9", "10.0.0.0/8 fd00::/8", "[::1]", "*"],
    "LOG_FORMAT": ["xml"],
    "LOG_LEVEL": ["loud", "20"],
    "PROMETHEUS_MULTIPROC_DIR": ["/nowhere/at/all", "/dev/null"],
}  # fmt: skip
RIGHT = {
    "ALLOWED_HOSTS": ["*", "localhost", ".example.org", "127.0.0.1,[::1]", "BOOKS.example.org", "xn--bcher-kva.de"],
    "PUBLIC_URL": ["http://localhost:8000", "https://books.example.org/", "http://[::1]:8000", "https://127.0.0.1"],
    "DATABASE_URL": [
        "postgres:///octavo", "postgresql://host/octavo", "postgres://host/octavo?assume_role=reader",
        "postgres://me:p%2Fss@[::1]:5432/octavo?sslmode=require",
        "sqlite:///books.sqlite3", "sqlite:////srv/my books%3F.sqlite3",
    ],
    "REDIS_URL": ["redis://cache", "redis://cache:6379/", "rediss://:secret@cache:6379/1?ssl_cert_reqs=none", "unix:///r.sock"],
    "BROKER_URL": ["amqp://", "amqps://me:pw@queue//", "amqp://a//;amqp://b//", "filesystem://", "unix:///r.sock?db=1", "rediss://h/1?ssl_cert_reqs=CERT_NONE"],
    "EMAIL_URL": ["console:", "console://", "none:", "smtp://mail", "smtps://me:p%2Fw@mail.example.org", "smtp+tls://[::1]:2525"],
    "EMAIL_FROM": ["octavo@example.org", "Octavo <octavo@example.org>"],
    "PASSWORD_RESET_URL": ["https://books.example.org/browse/#reset={token}", "http://localhost/x?t={token}&y=1"],
    "HOST": ["0.0.0.0", "::", "[::1]", "localhost", "db-1.internal"],
    "CATALOGUE_ACCESS": ["public", "members"],
    "CORS_WRITE_ORIGINS": ["https://admin.example.org, http://localhost:5173"],
    "RATE_LIMIT_ANON": ["100/second", "50/hour", "5/Minute", "1/day"],
    "CLIENT_ADDRESS": ["peer", "Peer"],
    "TRUSTED_PROXIES": ["10.0.0.0/8", "192.0.2.1, fd00::/8", "::1"],
    "PROMETHEUS_MULTIPROC_DIR": ["/tmp"],
}  # fmt: skip


def start(variables: dict[str, str]) -> None:
    """Read the environment and make the folders, as every program does first."""
    make_folders(load(variables))


def check(variables: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    """`manage.py check` with nothing in its environment but these and what a shell needs."""
    env = {"PATH": os.environ["PATH"], "DATA_DIR": str(folder), **variables}
    command = [sys.executable, "manage.py", "check"]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def test_every_variable_has_wrong_values_that_are_tried():
    assert set(WRONG) == set(VARIABLES)


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_a_wrong_value_ends_the_start_with_one_line_that_names_its_variable(name, value):
    with pytest.raises(EnvError, match=rf"^{name} (must|cannot) ") as refused:
        start({name: value})
    assert "\n" not in str(refused.value)
    assert "hun" not in str(refused.value)


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in RIGHT.items() for value in values])
def test_a_value_that_can_be_used_is_taken(name, value):
    assert getattr(load({name: value}), name.lower())


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
    by_socket = load({"REDIS_URL": "unix:///run/redis.sock?db=2"})
    assert by_socket.redis_url == "unix:///run/redis.sock?db=2"
    assert by_socket.broker_url == "redis+socket:///run/redis.sock?virtual_host=2"


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


def test_data_may_lie_in_a_folder_of_any_name(tmp_path):
    folder = tmp_path / "my books? 100% #1"
    assert database(load({"DATA_DIR": str(folder)}).database_url)["NAME"] == str(folder / "catalogue.sqlite3")


def test_a_program_ends_with_one_line_that_names_the_variable(tmp_path):
    done = check({"PORT": "abc"}, tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "octavo: PORT must be a whole number from 1 to 65535, not 'abc'\n"


@pytest.mark.parametrize(
    "command",
    [
        ["manage.py", "migrate"],
        ["-m", "celery", "-A", "core.celery", "beat"],
        ["-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "core.asgi:application"],
    ],
    ids=["manage.py", "celery", "gunicorn"],
)
def test_every_program_refuses_a_settings_module_that_does_not_exist(command, tmp_path):
    own = {"DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "settings.prdo", "PORT": str(free_port())}
    env = {"PATH": os.environ["PATH"], **own}
    done = subprocess.run([sys.executable, *command], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    # gunicorn logs first that it starts.
    expected = "octavo: DJANGO_SETTINGS_MODULE must be settings.dev or settings.prod, not 'settings.prdo'"
    assert done.stderr.splitlines()[-1] == expected
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["os", "os.path", "settings", "settings.values", ""])
def test_a_module_that_is_no_settings_is_refused_in_one_line(name, tmp_path):
    done = check({"DJANGO_SETTINGS_MODULE": name}, tmp_path)
    expected = f"octavo: DJANGO_SETTINGS_MODULE must be settings.dev or settings.prod, not {name!r}\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", expected)


@pytest.mark.parametrize(("old", "new"), RENAMED.items())
def test_a_renamed_variable_ends_the_start_with_one_line_that_names_the_new_one(old, new, tmp_path):
    assert new in VARIABLES
    assert load({old: " "}) == load({})
    done = check({old: "1"}, tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"octavo: {old} must be set as {new}, which is its name now\n"


def test_production_starts_with_all_that_it_needs(tmp_path):
    done = check(PRODUCTION, tmp_path)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS", "PUBLIC_URL", "CLIENT_ADDRESS", "DATABASE_URL"])
def test_production_refuses_to_guess(name, tmp_path):
    done = check({**PRODUCTION, name: ""}, tmp_path)
    assert (done.returncode, done.stderr) == (1, f"octavo: {name} is required in production\n")


@pytest.mark.parametrize("name", ["SECRET_KEY", "SECRET_KEY_FALLBACKS"])
@pytest.mark.parametrize("secret", [DEVELOPMENT_SECRET, "short"], ids=["development", "short"])
def test_production_refuses_a_secret_that_is_none(name, secret, tmp_path):
    done = check({**PRODUCTION, name: secret}, tmp_path)
    assert done.returncode == 1
    assert done.stderr == f"octavo: {name} must be a secret of your own of at least 32 characters" + (
        " in production\n" if secret == DEVELOPMENT_SECRET else "\n"
    )


def test_requests_are_limited_in_production_unless_told_otherwise():
    required = ("SECRET_KEY",)
    for given, development, production in [
        ({}, (None, None), ((100, 1), (1000, 1))),
        ({"RATE_LIMIT_ANON": "off", "RATE_LIMIT_KEY": "50/hour"}, (None, (50, 3600)), (None, (50, 3600))),
    ]:
        secret = {**given, "SECRET_KEY": SECRET}
        for env, expected in ((load(given), development), (load(secret, required=required), production)):
            assert (env.rate_limit_anon, env.rate_limit_key) == expected


def test_an_address_in_a_header_is_that_of_a_proxy_that_is_named():
    given = {"CLIENT_ADDRESS": "header:X-Forwarded-For"}
    with pytest.raises(EnvError, match=r"^TRUSTED_PROXIES must name the proxies whose header CLIENT_ADDRESS is"):
        load(given)
    assert load({**given, "TRUSTED_PROXIES": "10.0.0.0/8"}).client_address == "header:x-forwarded-for"


def test_production_refuses_a_list_of_nothing(tmp_path):
    done = check({**PRODUCTION, "ALLOWED_HOSTS": " , "}, tmp_path)
    assert (done.returncode, done.stderr) == (1, "octavo: ALLOWED_HOSTS is required in production\n")


@pytest.mark.parametrize("command", [["manage.py", "check"], ["-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "x"]])
def test_every_program_refuses_a_folder_that_cannot_be_made(command):
    env = {"PATH": os.environ["PATH"], "DATA_DIR": "/dev/null/var"}
    done = subprocess.run([sys.executable, *command], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "octavo: DATA_DIR cannot be used: /dev/null/var is not a folder\n"


def documented() -> set[str]:
    """Variables that have a line in a table of docs/running.md."""
    first_cells = re.findall(r"^\| (`[^|]+) \|", (ROOT / "docs" / "running.md").read_text(), re.MULTILINE)
    return {name for cell in first_cells for name in re.findall(r"`([A-Z_]+)`", cell)}


def test_the_documentation_has_every_variable_and_no_other():
    ours_only = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "compose.yaml").read_text())) - set(VARIABLES)
    assert "POSTGRES_PASSWORD" in ours_only
    assert documented() == set(VARIABLES) | ours_only | {"DJANGO_SETTINGS_MODULE"}
