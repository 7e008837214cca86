"""Splits what a source says of a book's contributors into names, each with its roles."""

import re
from functools import lru_cache
from typing import NamedTuple

from books.importing.parsing.name_words import AFTER_A_COMMA, BODY, DEGREES, QUALIFIERS, without_stops
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
_AND = re.compile(rf"\s(?:&|and|und|et|og|och|и|with|mit|avec)\s{_WITHIN}")
_LEADING_AND = re.compile(r"^\s*(?:&|and|und|et(?! al)|y|e|og|och|en|и)\s+")
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
    r"(?:(?P<role>[^\W\d_]+\.?(?: [^\W\d_]+)?) (?P<joint>by|von|par|por|di|av|af|door)|by) (?P<name>.+)", re.IGNORECASE
)

# `Jane Doe, ed.`, `Jane Doe - translator`, `村上春樹/著`; and `Translator: Jane Doe`, `trans. Jane Doe`.
_BEHIND = re.compile(
    r"(?P<name>.+?)(?:\s*,\s*|\s+[-–—/]\s*|\s*[/:]\s*|\s(?=[\u3040-\u9fff\uac00-\ud7af]))(?P<role>[^\W\d_][^,/:]{0,39})"
)
_BEFORE = re.compile(r"(?P<role>[^\W\d_]{2,20}\s?:|(?-i:[a-zà-ÿ]{2,8}\.))\s*(?P<name>.+)")
_PLURAL = re.compile(r"(?:s|\b(?i:hrsg|hg|herausgeber|übersetzer))\.?[)\]]?$")
_NO_FORENAMES = {"The", "His", "Her", "Their", "Los"}
"""First words of what is no person beside another: `Bill Haley & His Comets`."""
_SHORTEST_WORD = 4
"""Most letters of a role that is an abbreviation."""


@lru_cache(maxsize=8_192)
def split_contributors(text: str, *, commas: bool = False) -> tuple[Contribution, ...]:
    """The contributors that `text` names, each with its roles: `A ; B (translator)` is two.

    Semicolons separate them, and so does `and` between two whole names; with `commas` commas too, but for what belongs
    to the name before it (`Jr.`). Degrees after a comma, and what stands for others that are not named (`et al.`), are
    left out.
    """
    found: list[Contribution] = []
    for part in _SEMICOLON.split(text):
        for name in _names(part) if commas else [part]:
            found += _contributions(" ".join(name.split())[:_LONGEST].strip(" ,;"))
    return tuple(contribution for contribution in found if contribution.name)


def is_suffix(text: str) -> bool:
    """Whether `text` is nobody's name but belongs to the name before it: `Jr.`, or a degree."""
    return without_stops(text) in AFTER_A_COMMA | DEGREES


def _names(text: str) -> list[str]:
    """The names in `text` that commas separate, each with the suffix that a comma parts from it."""
    names: list[str] = []
    for piece in _COMMA.split(text):
        plain = without_stops(piece)
        if names and plain in AFTER_A_COMMA:
            names[-1] = f"{names[-1]} {piece.strip()}"
        elif names and _is_role_behind(piece.strip(), names[-1]):
            names[-1] = f"{names[-1]}, {piece.strip()}"
        elif not (names and plain in DEGREES):
            names.append(_LEADING_AND.sub("", piece) if names else piece)
    return names


def _contributions(text: str) -> list[Contribution]:
    """The contributors in `text`: one, or several whole names that `and` joins."""
    names = _AND.split(text)
    contributions = [_contribution(name) for name in names]
    if len(names) == 1 or not all(_is_whole(contribution.name) for contribution in contributions):
        return [_contribution(text)]
    first, *others = contributions
    if first.roles and _BY.fullmatch(names[0]) and not any(each.roles for each in others):
        return [each._replace(roles=first.roles) for each in contributions]  # `edited by Jane Doe and John Roe`
    # `Jane Doe and John Roe (editors)`
    said = (
        contributions[-1].roles if _PLURAL.search(text) and not any(each.roles for each in contributions[:-1]) else ()
    )
    return [each._replace(roles=each.roles or said) for each in contributions]


def _is_whole(name: str) -> bool:
    """Whether `name` has a forename and a family name, and no word that marks a corporate body."""
    words = name.split()
    if words and words[0] in _NO_FORENAMES:
        return False
    cased = not any(word[0].islower() for word in (words[0], words[-1])) if words else False
    return len(words) > 1 and cased and not BODY.search(f"and {name}")


def _contribution(text: str) -> Contribution:
    name, roles = _OTHERS.sub("", text), list[tuple[str, str]]()
    while (match := _BRACKETS.search(name)) and match.start() and (said := _said(match[1], match[2])):
        if match[1] and _is_fuller_form(name[: match.start()], match[1]):
            break
        name, roles = name[: match.start()], [*said, *roles]
    if match := _BY.fullmatch(name):
        role = "author" if not match["role"] else known_role(match["role"]) if _is_role_before(match) else None
        if role and (match["role"] or not roles):
            name, roles = match["name"], [(role, ""), *roles]
    elif not roles:
        name, roles = _without_role(name)
    return Contribution(name.strip(" ,;"), tuple(dict.fromkeys(roles)))


def _is_role_before(match: re.Match[str]) -> bool:
    """Whether the first word of `Art di Furia` or `ed. by Jane Doe` may be a role, and is no forename."""
    return match["joint"].lower() == "by" or match["role"][0].islower() or len(match["role"]) > _SHORTEST_WORD


def _without_role(name: str) -> tuple[str, list[tuple[str, str]]]:
    """A name without the role that stands before or behind it, and that role, if any: `Jane Doe, ed.`."""
    if (match := _BEHIND.fullmatch(name)) and _is_role_behind(match["role"], match["name"]):
        return match["name"], [(known_role(match["role"]) or "", "")]
    if (match := _BEFORE.fullmatch(name)) and (role := known_role(match["role"])) and " " in match["name"]:
        return match["name"], [(role, "")]
    return name, []


def _is_role_behind(text: str, name: str) -> bool:
    """Whether `text`, which stands behind `name`, is a role; `Ed` is a forename in `Van Halen, Ed`."""
    if known_role(text) is None or text.lower().startswith("pseud"):
        return False
    is_word = len(text.strip(".")) > _SHORTEST_WORD or not text.isascii()
    if text[0].isupper():
        return "," in name or (" " in name and is_word)
    return " " in name or is_word


def _is_fuller_form(before: str, inside: str) -> bool:
    """Whether a bracket spells out the initial before it: `Young, E. (Ed)`."""
    return len(before) > 1 and before.endswith(".") and before[-2] == inside[0] and not before[-3:-2].isalpha()


def _said(round_: str | None, square: str | None) -> Roles:
    """The roles that a bracket says; none for one that does not say what its contributor did.

    A round bracket may be part of the name; in a square one every word is a role, known or not.
    """
    inside = round_ or square or ""
    if (round_ and round_.lower() in QUALIFIERS) or not any(map(str.isalpha, inside)):
        return ()
    if whole := known_role(inside):
        return ((whole, ""),)
    words = [word for word in _ROLES.split(inside) if word.strip(" .,")]
    known = tuple((role, "") for word in words if (role := known_role(word)))
    if len(known) == len(words):
        return known
    return (("contributor", " ".join(square.split())),) if square else ()
