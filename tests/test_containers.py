"""The container files, tested without a container: every file they name exists, every command they run works."""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path

import httpx
import pytest
import yaml
from django.db import connection

from settings.env import ROOT, VARIABLES, load
from settings.values import database
from tests.conftest import new_database, running
from tests.support.servers import free_port

ENTRYPOINT = ROOT / "deploy" / "entrypoint.sh"
OTHERS = re.compile(r"PATH|TMPDIR|PYTHON[A-Z]+|DJANGO_SETTINGS_MODULE")
SECRETS = ("SECRET_KEY", "POSTGRES_PASSWORD")


def instructions():
    """(instruction, arguments) for each of the Dockerfile's, comments and line ends taken out."""
    text = re.sub(r"^\s*#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", " ", text).splitlines()
    return [tuple(line.split(None, 1)) for line in lines if line.strip()]


def given(name):
    return [arguments for instruction, arguments in instructions() if instruction == name]


def ignored(path):
    """Whether .dockerignore keeps `path` out of the build: its last pattern that matches decides."""
    out = False
    for pattern in (ROOT / ".dockerignore").read_text().split():
        if fnmatch(path, pattern.lstrip("!")) or path.startswith(pattern.lstrip("!") + "/"):
            out = not pattern.startswith("!")
    return out


def compose():
    return yaml.safe_load((ROOT / "compose.yaml").read_text())


def ours():
    return {name: service for name, service in compose()["services"].items() if "build" in service}


def commands():
    """The entrypoint's own commands."""
    return set(re.findall(r"^([a-z]+)\)$", ENTRYPOINT.read_text(), re.MULTILINE))


def test_the_build_copies_what_is_there_and_is_not_ignored():
    sources = [source for line in given("COPY") if "--from=" not in line for source in line.split()[:-1]]
    assert {"api", "authors", "books", "core", "serializers", "settings", "manage.py"} <= set(sources)
    assert [source for source in sources if not (ROOT / source).exists() or ignored(source)] == []


def test_the_build_takes_nothing_that_it_does_not_copy():
    sources = {source for line in given("COPY") if "--from=" not in line for source in line.split()[:-1]}
    assert sorted(path.name for path in ROOT.iterdir() if not ignored(path.name) and path.name not in sources) == []


def test_the_image_sets_only_variables_that_are_known():
    names = [word.split("=")[0] for line in given("ENV") for word in shlex.split(line)]
    assert len(names) > 5
    assert [name for name in names if name not in VARIABLES and not OTHERS.fullmatch(name)] == []


def test_the_image_runs_as_nobody_special_and_writes_to_its_volume_only():
    (user,) = given("USER")
    assert int(user.split(":")[0]) > 1000
    environment = dict(word.split("=", 1) for line in given("ENV") for word in shlex.split(line))
    assert given("VOLUME") == [environment["DATA_DIR"]]
    assert environment["PYTHONDONTWRITEBYTECODE"] == "1"


def test_the_image_starts_a_file_that_can_be_run():
    (entrypoint,) = given("ENTRYPOINT")
    assert ROOT / json.loads(entrypoint)[0] == ENTRYPOINT
    assert os.access(ENTRYPOINT, os.X_OK)
    assert set(json.loads(given("CMD")[0])) <= commands()
    subprocess.run(["sh", "-n", str(ENTRYPOINT)], check=True)


def test_every_service_runs_a_command_of_the_entrypoint():
    assert {service["command"] for service in ours().values()} == {"api", "worker", "beat", "migrate"} <= commands()


def test_every_service_sets_only_variables_that_are_known_and_asks_for_secrets():
    for name, service in ours().items():
        assert set(service["environment"]) <= set(VARIABLES), name
    values = [str(v) for s in compose()["services"].values() for v in s.get("environment", {}).values()]
    for secret in SECRETS:
        used = [value for value in values if secret in value]
        assert used
        assert all(f"${{{secret}:?" in value for value in used), secret


def interpolated(text, environment):
    """What compose makes of `${NAME:-default}` and `${NAME:?message}` in `text`; KeyError where one is missing."""

    def value(found):
        name, operator, rest = found.groups()
        if not environment.get(name) and operator == ":?":
            raise KeyError(f"{name} {rest}")
        return environment.get(name) or rest

    return re.sub(r"\$\{([A-Z_]+)(:-|:\?)([^}]*)\}", value, text)


def test_every_variable_reaches_the_container_or_is_left_out_for_a_reason():
    # There is one database and no pooler; no debug pages in production; no load balancer that could drain.
    left_out = {"DIRECT_DATABASE_URL", "DEBUG", "DRAIN_SECONDS", "PROMETHEUS_MULTIPROC_DIR"}
    image = {word.split("=")[0] for line in given("ENV") for word in shlex.split(line)}
    for name, service in ours().items():
        assert (image | set(service["environment"])) & set(VARIABLES) == set(VARIABLES) - left_out, name


def test_where_the_machine_listens_does_not_depend_on_what_a_shell_sets():
    (port,) = compose()["services"]["api"]["ports"]
    assert interpolated(port, {"HOST": "my-laptop", "PORT": "9", "HOSTNAME": "x"}) == "127.0.0.1:8000:8000"
    assert interpolated(port, {"OCTAVO_BIND": "0.0.0.0", "OCTAVO_PORT": "80"}) == "0.0.0.0:80:8000"


def test_the_example_environment_becomes_one_that_production_takes(tmp_path):
    example = ROOT / "deploy" / "example.env"
    (command,) = re.findall(r"^#   (\(umask .*)$", example.read_text(), re.MULTILINE)
    assert f"    {command}\n" in (ROOT / "docs" / "running.md").read_text()
    (tmp_path / "deploy").mkdir()
    shutil.copy(example, tmp_path / "deploy")

    def make():
        done = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)
        return done.returncode, (tmp_path / ".env").read_text()

    def values(text):
        return dict(line.split("=", 1) for line in text.splitlines() if line and line[0] != "#")

    assert set(values(example.read_text())) == {
        "SECRET_KEY", "POSTGRES_PASSWORD", "ALLOWED_HOSTS", "PUBLIC_URL", "CLIENT_ADDRESS",
    }  # fmt: skip
    assert not any(values(example.read_text())[name] for name in SECRETS)
    status, made = make()
    assert status == 0
    assert (tmp_path / ".env").stat().st_mode & 0o077 == 0
    passed = ours()["api"]["environment"]
    environment = {name: interpolated(text, values(made)) for name, text in passed.items() if text}
    env = load(environment, required=("SECRET_KEY", "ALLOWED_HOSTS", "PUBLIC_URL", "CLIENT_ADDRESS", "DATABASE_URL"))
    assert env.allowed_hosts == ["localhost"]
    assert database(env.database_url)["PASSWORD"] == values(made)["POSTGRES_PASSWORD"]
    with pytest.raises(KeyError, match="SECRET_KEY at least 32 characters"):
        interpolated(passed["SECRET_KEY"], values(example.read_text()))
    status, again = make()
    assert status != 0
    assert again == made


def test_production_gets_all_that_it_demands():
    assert {"SECRET_KEY", "ALLOWED_HOSTS", "PUBLIC_URL", "CLIENT_ADDRESS", "DATABASE_URL"} <= set(
        ours()["api"]["environment"]
    )


def test_every_service_is_locked_down_and_waits_for_what_exists():
    document = compose()
    for name, service in document["services"].items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert "healthcheck" in service or name == "api", name
        for other, wait in service.get("depends_on", {}).items():
            healthy = "test" in document["services"][other].get("healthcheck", {})
            assert wait["condition"] == ("service_healthy" if healthy else "service_completed_successfully")
        for volume in service.get("volumes", ()):
            assert volume.split(":")[0] in document["volumes"]


def test_the_probe_is_the_file_that_the_image_names():
    (check,) = given("HEALTHCHECK")
    command = json.loads(check[check.index("CMD") + 3 :])
    assert command[:2] == ["python", "-m"]
    assert (ROOT / (command[2].replace(".", "/") + ".py")).exists()


@contextmanager
def production(folder, name):
    """The environment of a container over a new database."""
    with new_database(folder, name) as url:
        redis = os.environ.get("REDIS_URL", "")
        yield {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYTHONDONTWRITEBYTECODE": "1",
            "DJANGO_SETTINGS_MODULE": "settings.prod",
            "SECRET_KEY": "for-the-tests-only-0123456789-abcdefghijklmnop",
            "ALLOWED_HOSTS": "books.example.org",
            "PUBLIC_URL": "https://books.example.org",
            "CLIENT_ADDRESS": "peer",
            "DATABASE_URL": url,
            "REDIS_URL": redis.replace("/0", "/13"),
            "BROKER_URL": redis.replace("/0", "/14"),
            "DATA_DIR": str(folder),
            "PORT": str(free_port()),
            "WEB_CONCURRENCY": "1",
            "LOG_FORMAT": "json",
        }


def test_the_api_command_serves_in_production_and_ends_cleanly(tmp_path):
    with production(tmp_path, "container") as env:
        subprocess.run([ENTRYPOINT, "migrate"], env=env, check=True, capture_output=True)
        address = f"http://127.0.0.1:{env['PORT']}"
        log = tmp_path / "api.log"

        def ready():
            return httpx.get(f"{address}/health/ready").is_success

        with running([str(ENTRYPOINT), "api"], env, log, ready) as process:
            probe = [sys.executable, "-m", "deploy.healthy"]
            assert subprocess.run(probe, cwd=ROOT, env=env, check=False).returncode == 0
            known = {"Host": "books.example.org"}
            books = httpx.get(f"{address}/api/v1/books/", headers=known)
            assert (books.status_code, books.json()["results"]) == (200, [])
            assert "server" not in books.headers
            assert httpx.get(f"{address}/api/v1/books/").status_code == 400
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0
            assert subprocess.run(probe, cwd=ROOT, env=env, check=False, capture_output=True).returncode == 1
        lines = log.read_text().splitlines()
        assert lines
        assert all(json.loads(line)["event"] for line in lines)


@pytest.mark.parametrize(("command", "sign"), [("worker", " ready."), ("beat", "beat: Starting")])
def test_worker_and_beat_start_and_end_cleanly(command, sign, tmp_path):
    with production(tmp_path, command) as env:
        log = tmp_path / "log"
        with running([str(ENTRYPOINT), command], env, log, lambda: sign in log.read_text()) as process:
            # Celery still imports after its first lines, and a signal in the midst of an import ends in a traceback.
            time.sleep(2)
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0
        assert "Traceback" not in log.read_text()


@pytest.mark.parametrize("command", ["api", "worker", "beat", "migrate", "check"])
def test_every_command_ends_with_one_line_that_names_a_wrong_variable(command, tmp_path):
    environment = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "DATA_DIR": str(tmp_path)}
    done = subprocess.run(
        [ENTRYPOINT, command], env={**environment, "LOG_LEVEL": "loud"}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "octavo: LOG_LEVEL must be one of debug, info, warning, error, not 'loud'\n"


@pytest.mark.django_db
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="asks PostgreSQL")
def test_the_database_knows_the_settings_it_is_started_with():
    program, *options = compose()["services"]["db"]["command"]
    assert program == "postgres"
    assert options[::2] == ["-c"] * (len(options) // 2)
    given = dict(option.split("=") for option in options[1::2])
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_settings WHERE name = ANY(%s)", [list(given)])
        assert {name for (name,) in cursor.fetchall()} == set(given)
