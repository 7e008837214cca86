"""Splits what a source says of a book's contributors into names, each with its roles."""

import re
from functools import lru_cache
from typing import NamedTuple

from books.importing.parsing.name_words import AFTER_A_COMMA, DEGREES, QUALIFIERS
from books.importing.record_bounds import HEADING
from books.standards.relators import known_role

Roles = tuple[tuple[str, str], ...]
"""Pairs of a role and a note, which is "" for a role of the list."""


UNSAID: Roles = (("author", ""),)
"""The role of a contributor of whom the source says none."""


class Contribution(NamedTuple):
    """A contributor's name as the source spells it, and the roles that it says; none if it says none."""

    name: str
    roles: Roles = ()


_LONGEST = 2 * HEADING
"""Most characters of a name that are looked at, with its roles."""

# Not within brackets, which are no longer than a name.
_WITHIN = rf"(?![^()\[\]]{{0,{HEADING}}}[)\]])"
_SEMICOLON = re.compile(rf";{_WITHIN}")
_COMMA = re.compile(rf",\s{_WITHIN}")
_OTHERS = re.compile(
    r"[\s,&]*[\[(]?\s*(?<!\w)(?:et\.? ?al(?:ii|ia)?|(?-i:u\. ?a|m\. ?fl|i in|и др|[ea]\. ?o)"
    r"|(?:and|&|und|et|y|e|en|og|och|i|и) (?:others?|andere|autres|otros|outros|altri|anderen|andre|andra|inni|другие))"
    r"(?!\w)\.?\s*[\])]?[\s.]*$",
    re.IGNORECASE,
)
"""Matches what stands for contributors that are not named: `et al.`, `und andere`."""
_BRACKETS = re.compile(r"\s*(?:\(([^()]*)\)|\[([^\[\]]*)\])[\s.,]*$")
_ROLES = re.compile(r"\s*(?:,|/|;|&|\band\b|\bund\b|\bet\b|\by\b)\s*")
_BY = re.compile(
    r"(?:(?P<role>[^\W\d_]+\.?(?: [^\W\d_]+)?) (?:by|von|par|por|di|av|af|door)|by) (?P<name>.+)", re.IGNORECASE
)


@lru_cache(maxsize=65_536)
def split_contributors(text: str, *, commas: bool = False) -> tuple[Contribution, ...]:
    """The contributors that `text` names, each with its roles: `A ; B (translator)` is two.

    Semicolons separate them, and with `commas` commas too, but for what belongs to the name before it (`Jr.`). Degrees
    after a comma, and what stands for others that are not named (`et al.`), are left out.
    """
    parts = _SEMICOLON.split(text)
    names = [name for part in parts for name in _names(part)] if commas else parts
    return tuple(contribution for name in names if (contribution := _contribution(name)).name)


def is_suffix(text: str) -> bool:
    """Whether `text` is nobody's name but belongs to the name before it: `Jr.`, or a degree."""
    return _plain(text) in AFTER_A_COMMA | DEGREES


def _plain(text: str) -> str:
    return text.lower().replace(".", "").replace(" ", "")


def _names(text: str) -> list[str]:
    """The names in `text` that commas separate, each with the suffix that a comma parts from it."""
    names: list[str] = []
    for piece in _COMMA.split(text):
        plain = _plain(piece)
        if names and plain in AFTER_A_COMMA:
            names[-1] = f"{names[-1]} {piece.strip()}"
        elif not (names and plain in DEGREES):
            names.append(piece)
    return names


def _contribution(text: str) -> Contribution:
    name, roles = _OTHERS.sub("", " ".join(text.split())[:_LONGEST].strip(" ,;")), list[tuple[str, str]]()
    while (match := _BRACKETS.search(name)) and match.start() and (said := _said(match[1], match[2])):
        name, roles = name[: match.start()], [*said, *roles]
    if match := _BY.fullmatch(name):
        role = known_role(match["role"]) if match["role"] else "author"
        if role and (match["role"] or not roles):
            name, roles = match["name"], [(role, ""), *roles]
    return Contribution(name.strip(" ,;"), tuple(dict.fromkeys(roles)))


def _said(round_: str | None, square: str | None) -> Roles:
    """The roles that a bracket says; none for one that does not say what its contributor did.

    A round bracket may be part of the name; in a square one every word is a role, known or not.
    """
    words = [word for word in _ROLES.split(round_ or square or "") if word.strip(" .,")]
    if round_ and round_.lower() in QUALIFIERS:
        return ()
    if whole := known_role(round_ or square or ""):
        return ((whole, ""),)
    known = tuple((role, "") for word in words if (role := known_role(word)))
    if len(known) == len(words):
        return known
    return (("contributor", " ".join(square.split())),) if square else ()
