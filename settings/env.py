"""The only reader of the environment: every variable Octavo knows, typed, in one place.

A wrong value ends the start with one line that names the variable.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

from settings import limits, mail, values
from settings.values import between, choice, database, flag, list_of, optional

ROOT = Path(__file__).resolve().parent.parent
DEVELOPMENT_SECRET = "octavo-development-only-do-not-use-in-production"


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


@dataclass(frozen=True)
class Env:
    """The checked values of all variables. Field names are the variables' names in lower case."""

    secret_key: str
    secret_key_fallbacks: list[str]
    debug: bool
    allowed_hosts: list[str]
    public_url: str
    data_dir: Path
    database_url: str
    db_prepare: bool
    direct_database_url: str
    response_cache: bool
    response_cache_bytes: int
    response_cache_max_staleness: int
    cdn_ttl: int
    redis_url: str
    broker_url: str
    email_url: mail.MailServer
    email_from: str
    password_reset_url: str
    web_concurrency: int
    threads: int
    queue_size: int
    request_timeout: int
    drain_seconds: int
    host: str
    port: int
    ops_port: int
    catalogue_access: str
    require_if_match: bool
    cors_write_origins: list[str]
    rate_limit_anon: limits.Rate | None
    rate_limit_key: limits.Rate | None
    client_address: str
    trusted_proxies: list[limits.Network]
    log_format: str
    log_level: str
    prometheus_multiproc_dir: str


# variable → (reader, default); a default is a text that is read and checked like a value.
VARIABLES: dict[str, tuple[Callable[[str], Any], str]] = {
    "SECRET_KEY": (values.secret, DEVELOPMENT_SECRET),
    "SECRET_KEY_FALLBACKS": (list_of(values.secret), ""),
    "DEBUG": (flag, "0"),
    "ALLOWED_HOSTS": (list_of(values.host_pattern), ""),
    "PUBLIC_URL": (optional(values.public_url), ""),
    "DATA_DIR": (values.path, str(ROOT / "var")),
    "DATABASE_URL": (optional(values.database_url), ""),
    "DB_PREPARE": (flag, "1"),
    "DIRECT_DATABASE_URL": (optional(values.postgresql_url), ""),
    "RESPONSE_CACHE": (flag, "on"),
    "RESPONSE_CACHE_BYTES": (between(0, 10**11), "64000000"),
    "RESPONSE_CACHE_MAX_STALENESS": (between(0, 86_400), "0"),
    "CDN_TTL": (between(0, 31_536_000), "0"),
    "REDIS_URL": (optional(values.redis_url), ""),
    "BROKER_URL": (optional(values.broker_url), ""),
    "EMAIL_URL": (mail.email_url, "console:"),
    "EMAIL_FROM": (mail.email_address, "octavo@localhost"),
    "PASSWORD_RESET_URL": (optional(mail.reset_url), ""),
    "WEB_CONCURRENCY": (optional(between(1, 1000)), ""),
    "THREADS": (between(1, 1000), "3"),
    "QUEUE_SIZE": (between(1, 100_000), "256"),
    "REQUEST_TIMEOUT": (between(1, 3600), "30"),
    "DRAIN_SECONDS": (between(0, 3600), "0"),
    "HOST": (values.listening_host, "127.0.0.1"),
    "PORT": (between(1, 65535), "8000"),
    "OPS_PORT": (between(0, 65535), "0"),
    "CATALOGUE_ACCESS": (choice("public", "members"), "public"),
    "REQUIRE_IF_MATCH": (flag, "off"),
    "CORS_WRITE_ORIGINS": (list_of(values.origin), ""),
    "RATE_LIMIT_ANON": (limits.rate, "off"),
    "RATE_LIMIT_KEY": (limits.rate, "off"),
    "CLIENT_ADDRESS": (limits.client_address, "peer"),
    "TRUSTED_PROXIES": (list_of(limits.network), ""),
    "LOG_FORMAT": (choice("console", "json"), "console"),
    "LOG_LEVEL": (choice("debug", "info", "warning", "error"), "info"),
    # deploy/gunicorn.conf.py sets it for its workers; prometheus_client reads it by this name.
    "PROMETHEUS_MULTIPROC_DIR": (optional(values.folder), ""),
}

# defaults in production, where they are others
IN_PRODUCTION = {"RATE_LIMIT_ANON": "100/second", "RATE_LIMIT_KEY": "1000/second"}

# variables of earlier versions → what they are called now
RENAMED = {
    "EDGE": "RESPONSE_CACHE",
    "EDGE_BYTES": "RESPONSE_CACHE_BYTES",
    "EDGE_MAX_STALENESS": "RESPONSE_CACHE_MAX_STALENESS",
}


def _derived(found: dict[str, Any]) -> dict[str, Any]:
    """Fill in the values that follow from other variables or from the machine."""
    found["database_url"] = found["database_url"] or f"sqlite:///{quote(str(found['data_dir']))}/catalogue.sqlite3"
    found["web_concurrency"] = found["web_concurrency"] or 2 * cores() + 1
    found["broker_url"] = found["broker_url"] or values.broker_url(found["redis_url"] or "filesystem://localhost")
    # Without PUBLIC_URL, which production requires, a mailed link leads to this machine.
    home = found["public_url"] or f"http://localhost:{found['port']}"
    found["password_reset_url"] = found["password_reset_url"] or f"{home}/browse/#reset={{token}}"
    return found


def load(environ: Mapping[str, str] = os.environ, *, required: tuple[str, ...] = ()) -> Env:
    """Read and check `environ`. Raises EnvError naming the first variable that is renamed, wrong or missing.

    `required` are the variables that must be set, in production only, which has other defaults too.
    """
    own_defaults = IN_PRODUCTION if required else {}
    for old, new in RENAMED.items():
        if environ.get(old, "").strip():
            raise EnvError(f"{old} must be set as {new}, which is its name now")
    found: dict[str, Any] = {}
    for name, (reader, default) in VARIABLES.items():
        text = environ.get(name, "").strip()
        try:
            found[name.lower()] = reader(text or own_defaults.get(name, default))
        except ValueError as error:
            # A URL may hold a password, and so may a text before an @.
            shown = "" if "SECRET" in name or "URL" in name or "@" in text else f", not {text!r}"
            raise EnvError(f"{name} {error}{shown}") from None
        if name in required and not (text and found[name.lower()]):
            raise EnvError(f"{name} is required in production")
        if "SECRET_KEY" in required and "SECRET" in name and DEVELOPMENT_SECRET in text:
            raise EnvError(f"{name} must be a secret of your own of at least 32 characters in production")
    if found["ops_port"] == found["port"]:
        raise EnvError("OPS_PORT must be another than PORT, or 0 for none")
    if found["cdn_ttl"] and found["catalogue_access"] == "members":
        raise EnvError("CDN_TTL must be 0 where CATALOGUE_ACCESS is members: a CDN would answer everybody")
    if found["client_address"] != "peer" and not found["trusted_proxies"]:
        raise EnvError("TRUSTED_PROXIES must name the proxies whose header CLIENT_ADDRESS is, such as 10.0.0.0/8")
    assert {field.name for field in fields(Env)} == set(found)
    return Env(**_derived(found))


def make_folders(env: Env) -> None:
    """Make the folders that data goes to. Raises EnvError naming the variable whose folder cannot be made or used."""
    folders = {"DATA_DIR": env.data_dir}
    if env.database_url.startswith("sqlite:"):
        folders["DATABASE_URL"] = Path(database(env.database_url)["NAME"]).parent
    for name, folder in folders.items():
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise EnvError(f"{name} cannot be used: {folder} {_reason(error)}") from None
        written = name == "DATABASE_URL" or env.broker_url.startswith("filesystem:")
        if written and not os.access(folder, os.W_OK | os.X_OK):
            raise EnvError(f"{name} cannot be used: {folder} cannot be written to")


def _reason(error: OSError) -> str:
    if isinstance(error, FileExistsError | NotADirectoryError):
        return "is not a folder"
    return f"cannot be made: {(error.strerror or str(error)).lower()}"


def choose_settings() -> None:
    """Set DJANGO_SETTINGS_MODULE to settings.dev unless it is set; a module without settings ends the process."""
    name = os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.dev")
    try:
        exists = find_spec(name) is not None
    except (ImportError, ValueError):
        exists = False
    # `os` and `settings.values` are modules too; only settings say where the data is.
    if not exists or not hasattr(import_module(name), "DATABASES"):
        raise SystemExit(f"octavo: DJANGO_SETTINGS_MODULE must be settings.dev or settings.prod, not {name!r}")


def load_or_exit(*, required: tuple[str, ...] = ()) -> Env:
    """`load` and `make_folders` for a program's start: a mistake ends it with one line on standard error, status 1."""
    try:
        env = load(required=required)
        make_folders(env)
    except EnvError as error:
        raise SystemExit(f"octavo: {error}") from None
    return env
