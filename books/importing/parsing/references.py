"""Decodes the character references that web pages leave in catalogues: `Pride &amp; Prejudice`."""

import re
from html import unescape
from html.entities import html5

# Only with its semicolon: `AT&T`, `R&Dcopy` and `&c` are text.
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_REPLACEMENT = "\ufffd"


def decoded(text: str) -> str:
    """`text` with its character references decoded once: `&amp;lt;` becomes `&lt;`. Unknown names are left as they are.

    References to characters that no text may have, such as NUL and surrogates, are dropped.
    """
    return _REFERENCE.sub(_character, text) if "&" in text else text


def _character(match: re.Match[str]) -> str:
    reference = match[0]
    if reference[1] != "#":
        return html5.get(reference[1:], reference)
    character = unescape(reference)
    return "" if character == _REPLACEMENT else character
