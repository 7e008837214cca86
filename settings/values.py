"""Readers of variables' values: each takes a text and returns what it means, or raises ValueError with what it must be.

A reader's message never repeats the text, which may hold a password; settings/env.py adds it where that is safe.
"""

import re
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

import dj_database_url
import psycopg
from psycopg.conninfo import make_conninfo
from redis import ConnectionPool, RedisError

T = TypeVar("T")
_LABEL = "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"(?=.{{1,253}}$){_LABEL}(\.{_LABEL})*", re.I)


def optional(reader: Callable[[str], T]) -> Callable[[str], T | str]:
    """A reader that returns "" for a variable that is not set, and what `reader` does otherwise."""
    return lambda value: reader(value) if value else ""


def list_of(reader: Callable[[str], T]) -> Callable[[str], list[T]]:
    """A reader of values separated by commas; blanks around a value and empty values do not matter."""
    return lambda value: [reader(item.strip()) for item in value.split(",") if item.strip()]


def flag(value: str) -> bool:
    """Read yes or no."""
    known = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    if value.lower() not in known:
        raise ValueError("must be one of 1, 0, true, false, yes, no, on, off")
    return known[value.lower()]


def between(low: int, high: int) -> Callable[[str], int]:
    """A reader of whole numbers from `low` to `high`, in ASCII digits."""

    def read(value: str) -> int:
        if not value.isascii() or not value.isdigit() or len(value) > 12 or not low <= int(value) <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return int(value)

    return read


def choice(*allowed: str) -> Callable[[str], str]:
    """A reader of one of a few words, in any case; returns it in lower case."""

    def read(value: str) -> str:
        if value.lower() not in allowed:
            raise ValueError(f"must be one of {', '.join(allowed)}")
        return value.lower()

    return read


def secret(value: str) -> str:
    """Read a key for signing."""
    if len(value) < 32:
        raise ValueError("must be a secret of your own of at least 32 characters")
    return value


def path(value: str) -> Path:
    """Read a path: absolute, or from the current folder; `~` is a home folder."""
    try:
        return Path(value).expanduser().resolve()
    except (OSError, RuntimeError, ValueError):
        raise ValueError("must be a path") from None


def folder(value: str) -> str:
    """Read the path of an existing folder."""
    if not _is_folder(Path(value)):
        raise ValueError("must be a folder that exists")
    return value


def host_pattern(value: str) -> str:
    """Read a host that clients may call: a name, a name with its subdomains (`.example.org`), an address, or `*`."""
    if value != "*" and not _is_host(value.removeprefix(".")):
        raise ValueError(
            "must be host names or addresses separated by commas, such as books.example.org, .example.org, 127.0.0.1 "
            "or [::1], without scheme, port or path"
        )
    return value


def listening_host(value: str) -> str:
    """Read a name or an address of this machine; returns an IPv6 address without brackets."""
    bare = value[1:-1] if value[0] == "[" and value[-1] == "]" else value
    try:
        ip_address(bare)
    except ValueError:
        if not _NAME.fullmatch(value):
            raise ValueError("must be an address or a name of this machine, such as 127.0.0.1, 0.0.0.0 or ::") from None
    return bare


def origin(value: str) -> str:
    """Read a scheme and a host, with a port or without: what a browser sends as Origin."""
    parts = split_url(value, "http", "https")
    plain = value.lower() == f"{parts.scheme}://{parts.netloc.lower()}"
    if not plain or not _is_host(_host(parts)) or parts.username is not None:
        raise ValueError("must be origins separated by commas, such as https://books.example.org, without a path")
    return value.lower()


def public_url(value: str) -> str:
    """Read the address that links in responses begin with; returns it without a slash at its end."""
    parts = split_url(value, "http", "https")
    if parts.username is not None or not _is_host(_host(parts)):
        raise ValueError("must name a host, such as https://books.example.org, without a user")
    if value.rstrip("/") != f"{value[: len(parts.scheme)]}://{parts.netloc}":
        raise ValueError("must end after the host and its port: no path, no query, no fragment")
    return value.rstrip("/")


def redis_url(value: str) -> str:
    """Read the URL of a Redis; `unix://` is followed by a socket's path."""
    url = _redis_url(value)
    try:
        ConnectionPool.from_url(url).make_connection()  # It checks the options and does not connect.
    except (TypeError, ValueError, RedisError):
        raise ValueError("must have only redis-py's options in its query, such as ?ssl_cert_reqs=none") from None
    return url


def _redis_url(value: str) -> str:
    parts = split_url(value, "redis", "rediss", "unix")
    if parts.scheme == "unix":
        number = parse_qs(parts.query).get("db", ["0"])[0]
        if parts.hostname or not parts.path.strip("/"):
            raise ValueError("must name a socket: unix:///run/redis/redis.sock")
    else:
        number = parts.path.strip("/") or "0"
        if not parts.hostname:
            raise ValueError("must name a host: redis://cache:6379/0")
    if not (number.isascii() and number.isdigit()):
        raise ValueError("must end in the number of a database: redis://cache:6379/0 or unix:///run/redis.sock?db=0")
    return value.rstrip("/")


def broker_url(value: str) -> str:
    """Read a Celery broker's URL, or several separated by semicolons; returns it in kombu's form."""
    found = []
    for url in value.split(";"):
        parts = split_url(url, "redis", "rediss", "unix", "amqp", "amqps", "filesystem")
        if parts.scheme == "filesystem" and parts.path.strip("/"):
            raise ValueError("must be filesystem://localhost: its folder is broker/ in DATA_DIR")
        found.append(_for_kombu(_redis_url(url)) if parts.scheme in ("redis", "rediss", "unix") else url.rstrip("/"))
    return ";".join(found)


def database(url: str) -> dict[str, Any]:
    """Django's DATABASES entry for `url`; raises ValueError for what names no PostgreSQL or SQLite database."""
    if url.startswith("sqlite:"):
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(_sqlite_file(url))}
    split_url(url, "postgres", "postgresql", "sqlite")
    try:
        found: dict[str, Any] = {**dj_database_url.parse(url)}
    except (ValueError, dj_database_url.ParseError, dj_database_url.UnknownSchemeError):
        raise ValueError("must be like postgres://user:password@host:5432/octavo") from None
    if not found.get("NAME"):
        raise ValueError("must name a database: postgres://user:password@host:5432/octavo")
    options = {k: v for k, v in found.get("OPTIONS", {}).items() if k != "assume_role"}  # an option of Django's
    try:
        make_conninfo("", **options)
    except psycopg.ProgrammingError:
        raise ValueError("must have only libpq's options in its query, such as ?sslmode=require") from None
    return found


def database_url(value: str) -> str:
    """Read the URL of a database."""
    database(value)
    return value


def postgresql_url(value: str) -> str:
    """Read the URL of a PostgreSQL database."""
    split_url(value, "postgres", "postgresql")
    return database_url(value)


def _sqlite_file(url: str) -> Path:
    parts = urlsplit(url)
    name = unquote(parts.path.removeprefix("/"))
    if parts.netloc or not url.startswith("sqlite:///") or not name or name.endswith("/") or name == ":memory:":
        raise ValueError("must name a file: sqlite:///catalogue.sqlite3 or sqlite:////srv/catalogue.sqlite3")
    if parts.query or parts.fragment:
        raise ValueError("must end after the file's name; ? and # in it are written %3F and %23")
    file = path(name)
    if _is_folder(file):
        raise ValueError("must name a file, not a folder")
    return file


def _for_kombu(url: str) -> str:
    """A Redis URL in kombu's form, which has another scheme for sockets and another option for the database."""
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return url
    number = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{parts.netloc}{parts.path}?virtual_host={number}"


def split_url(value: str, *schemes: str) -> SplitResult:
    """The parts of a URL of one of `schemes`, whose port can be used. Raises ValueError."""
    beginnings = " or ".join(f"{scheme}://" for scheme in schemes)
    try:
        parts = urlsplit(value)
    except ValueError:
        raise ValueError(f"must be a URL that begins with {beginnings}") from None
    if parts.scheme not in schemes or not re.match(r"[a-z+]+://", value, re.I) or re.search(r"\s", value):
        raise ValueError(f"must be a URL that begins with {beginnings} and has no blank in it")
    try:
        usable = not parts.netloc.endswith(":") and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ValueError("must have a port from 1 to 65535; in a user or password / ? # @ are written %2F %3F %23 %40")
    return parts


def _host(parts: SplitResult) -> str:
    """The host of a URL, an IPv6 address in brackets."""
    return f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""


def _is_host(value: str) -> bool:
    if value.startswith("[") and value.endswith("]"):
        try:
            return ip_address(value[1:-1]).version == 6
        except ValueError:
            return False
    return bool(_NAME.fullmatch(value))


def _is_folder(where: Path) -> bool:
    try:
        return where.is_dir()
    except OSError:
        return False
