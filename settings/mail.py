"""Readers of the variables that say how mail is sent, as those in settings/values.py."""

import re
from email.utils import formataddr, parseaddr
from typing import NamedTuple
from urllib.parse import unquote

from settings.values import split_url


class MailServer(NamedTuple):
    """How mail is sent: the URL's scheme, Django's backend for it, and what its SMTP server needs."""

    scheme: str
    backend: str
    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""


_SMTP_PORTS = {"smtp": 25, "smtps": 465, "smtp+tls": 587}


def email_url(value: str) -> MailServer:
    """Read how mail is sent: `console:` prints it, `none:` sends none; `smtp:`, `smtps:`, `smtp+tls:` name a server."""
    backend = "django.core.mail.backends.{}.EmailBackend"
    printed = {"console:": "console", "none:": "dummy"}
    if name := printed.get(value.lower().removesuffix("//")):
        return MailServer(value.partition(":")[0].lower(), backend.format(name))
    parts = split_url(value, *_SMTP_PORTS)
    if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("must be console: or name a server, such as smtp+tls://user:password@mail.example.org:587")
    return MailServer(
        parts.scheme,
        backend.format("smtp"),
        parts.hostname,
        parts.port or _SMTP_PORTS[parts.scheme],
        unquote(parts.username or ""),
        unquote(parts.password or ""),
    )


def email_address(value: str) -> str:
    """Read the address that mail is sent from, with a name or without: `Octavo <octavo@example.org>`."""
    name, address = parseaddr(value)
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", address) or not value.isprintable():
        raise ValueError("must be an e-mail address, such as octavo@example.org")
    return formataddr((name, address)) if name else address


def reset_url(value: str) -> str:
    """Read the address of the page where a new password is set; `{token}` in it is replaced by the token."""
    split_url(value, "http", "https")
    if value.count("{token}") != 1:
        raise ValueError("must contain {token} once, such as https://books.example.org/browse/#reset={token}")
    return value
