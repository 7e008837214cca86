"""The only reader of the environment: every variable Octavo knows, typed, in one place.

A wrong value ends the start with one line that names the variable.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import dj_database_url

ROOT = Path(__file__).resolve().parent.parent
DEVELOPMENT_SECRET = "octavo-development-only-do-not-use-in-production"
T = TypeVar("T")


class EnvError(Exception):
    """A variable is missing or has a value that cannot be used."""


def cores() -> int:
    """Cores this process may use: its affinity, bounded by the container's CPU quota (cgroup v2), at least 1."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
    except (OSError, ValueError):
        return allowed
    return allowed if quota == "max" else max(1, min(allowed, round(int(quota) / int(period))))


def _text(value: str) -> str:
    return value


def _list(value: str) -> list[str]:
    return [item.strip() for item in value.split(",") if item.strip()]


def _flag(value: str) -> bool:
    known = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    if value.lower() not in known:
        raise ValueError("must be one of 1, 0, true, false, yes, no, on, off")
    return known[value.lower()]


def _between(low: int, high: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        if not value.isascii() or not value.isdigit() or len(value) > 12 or not low <= int(value) <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return int(value)

    return read


def _path(value: str) -> Path:
    return Path(value).expanduser().resolve()


def _url(*schemes: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in schemes or not (parts.netloc or parts.path.strip("/")):
            raise ValueError(f"must be a URL that begins with {' or '.join(f'{s}://' for s in schemes)}")
        return value.rstrip("/")

    return read


def _choice(*allowed: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value.lower() not in allowed:
            raise ValueError(f"must be one of {', '.join(allowed)}")
        return value.lower()

    return read


def database(url: str) -> dict[str, Any]:
    """Django's DATABASES entry for `url`; raises ValueError for another scheme than postgres or sqlite."""
    _url("postgres", "postgresql", "sqlite")(url)
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        name = url.partition(":///")[2]
        if not name:
            raise ValueError("must name a file: sqlite:///catalogue.sqlite3 or sqlite:////srv/catalogue.sqlite3")
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(_path(name))}
    try:
        found = dict(dj_database_url.parse(url))
    except (ValueError, dj_database_url.ParseError, dj_database_url.UnknownSchemeError) as error:
        raise ValueError(f"cannot be read: {error}") from None
    if not found.get("NAME"):
        raise ValueError("must name a database: postgres://user:password@host:5432/octavo")
    return found


def _database_url(value: str) -> str:
    database(value)
    return value


@dataclass(frozen=True)
class Env:
    """What the environment says, after checking. Field names are the variables' in lower case."""

    secret_key: str
    secret_key_fallbacks: list[str]
    debug: bool
    allowed_hosts: list[str]
    public_url: str
    data_dir: Path
    database_url: str
    db_prepare: bool
    direct_database_url: str
    edge: bool
    edge_bytes: int
    edge_max_staleness: int
    cdn_ttl: int
    redis_url: str
    broker_url: str
    web_concurrency: int
    threads: int
    queue_size: int
    request_timeout: int
    drain_seconds: int
    host: str
    port: int
    cors_write_origins: list[str]
    log_format: str
    log_level: str
    prometheus_multiproc_dir: str


# variable → (reader, default); a default is text, read like a value, so that it is checked alike.
VARIABLES: dict[str, tuple[Callable[[str], Any], str]] = {
    "SECRET_KEY": (_text, DEVELOPMENT_SECRET),
    "SECRET_KEY_FALLBACKS": (_list, ""),
    "DEBUG": (_flag, "0"),
    "ALLOWED_HOSTS": (_list, ""),
    "PUBLIC_URL": (_url("http", "https"), ""),
    "DATA_DIR": (_path, str(ROOT / "var")),
    "DATABASE_URL": (_database_url, ""),
    "DB_PREPARE": (_flag, "1"),
    "DIRECT_DATABASE_URL": (_database_url, ""),
    "EDGE": (_flag, "on"),
    "EDGE_BYTES": (_between(0, 10**11), "64000000"),
    "EDGE_MAX_STALENESS": (_between(0, 86_400), "0"),
    "CDN_TTL": (_between(0, 31_536_000), "0"),
    "REDIS_URL": (_url("redis", "rediss", "unix"), ""),
    "BROKER_URL": (_url("redis", "rediss", "amqp", "amqps", "filesystem"), ""),
    "WEB_CONCURRENCY": (_between(1, 1000), ""),
    "THREADS": (_between(1, 1000), "3"),
    "QUEUE_SIZE": (_between(1, 100_000), "256"),
    "REQUEST_TIMEOUT": (_between(1, 3600), "30"),
    "DRAIN_SECONDS": (_between(0, 3600), "0"),
    "HOST": (_text, "127.0.0.1"),
    "PORT": (_between(1, 65535), "8000"),
    "CORS_WRITE_ORIGINS": (_list, ""),
    "LOG_FORMAT": (_choice("console", "json"), "console"),
    # Set by deploy/gunicorn.conf.py for its workers, by the name that prometheus_client knows it by.
    "PROMETHEUS_MULTIPROC_DIR": (_text, ""),
    "LOG_LEVEL": (_choice("debug", "info", "warning", "error"), "info"),
}


def _derived(values: dict[str, Any]) -> dict[str, Any]:
    """Fill in what follows from other variables or from the machine."""
    values["database_url"] = values["database_url"] or f"sqlite:///{values['data_dir'] / 'catalogue.sqlite3'}"
    values["web_concurrency"] = values["web_concurrency"] or 2 * cores() + 1
    values["broker_url"] = values["broker_url"] or values["redis_url"] or "filesystem://localhost"
    return values


def load(environ: Mapping[str, str] = os.environ, *, required: tuple[str, ...] = ()) -> Env:
    """Read and check `environ`. Raises EnvError naming the first variable that is wrong or missing."""
    values: dict[str, Any] = {}
    for name, (reader, default) in VARIABLES.items():
        text = environ.get(name, "").strip()
        if not text and name in required:
            raise EnvError(f"{name} is required in production")
        text = text or default
        try:
            values[name.lower()] = reader(text) if text or reader is _list else ""
        except ValueError as error:
            shown = "" if "SECRET" in name or "URL" in name else f", not {text!r}"
            raise EnvError(f"{name} {error}{shown}") from None
    if "SECRET_KEY" in required and (values["secret_key"] == DEVELOPMENT_SECRET or len(values["secret_key"]) < 32):
        raise EnvError("SECRET_KEY must be a secret of your own of at least 32 characters in production")
    assert {field.name for field in fields(Env)} == set(values)
    return Env(**_derived(values))


def load_or_exit(*, required: tuple[str, ...] = ()) -> Env:
    """`load` for a program's start: a mistake ends the process with one line on standard error, status 1."""
    try:
        return load(required=required)
    except EnvError as error:
        raise SystemExit(f"octavo: {error}") from None
