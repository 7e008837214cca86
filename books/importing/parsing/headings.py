"""Parses authors' names: library headings (`Jefferson, Thomas, 1743-1826`), and names as covers print them."""

import re
from functools import lru_cache
from typing import NamedTuple

from books.importing.parsing import name_words
from books.importing.parsing.inverted_names import invert_name, without_article
from books.importing.parsing.life_dates import Lifespan, parse_lifespan
from books.importing.parsing.name_words import DEGREES, SUFFIXES
from books.importing.parsing.personal_names import Bracket, name_forms
from books.importing.parsing.titles import clean
from books.importing.record_bounds import HEADING
from core.text import match_key

# As the family name of a heading these too have no forename behind them.
_NOBODY = {"anonymous", "anon", "various", "various authors", "unknown", "unknown author", "not available"}
# Words that mark corporate bodies and are surnames too.
_SURNAMES = {"Bank", "Board", "Britain", "Church", "School", "Trust", "Union", "Works"}
_COMMA = re.compile(r"\s*,(?![^()]*\))\s*")
_BRACKETS = re.compile(r"\(([^()]*)\)")
# `Jane Doe (1850-1910)`, `Jane Doe 1850-`
_DATES_BEHIND = re.compile(
    r"(?<!\bfl)(?<!\bfl\.)(?<!active)(?<!flourished)\s+\(?((?:ca?\.\s*)?\d{3,4}\??\s*[-–]\s*(?:(?:ca?\.\s*)?\d{3,4}\??)?)\)?$"
)


class Name(NamedTuple):
    """A parsed name: the kind of author, the name to show, the name to sort by, other names, and the years of life."""

    kind: str
    name: str
    sort_name: str
    alternate_names: tuple[str, ...] = ()
    birth_year: int | None = None
    death_year: int | None = None


@lru_cache(maxsize=65_536)
def parse_heading(heading: str, family_name_first: bool = False, as_spoken: bool = False) -> Name:
    """Parse a library heading.

    With `family_name_first`, East Asian names in Latin letters keep the family name first. With `as_spoken`, a name
    without a comma is in the order in which it is spoken (`Ursula K. Le Guin`), and not a heading without a forename.
    """
    text = clean(heading[:HEADING]).strip(" ,;")
    dated = _DATES_BEHIND.sub(r", \1", text) if as_spoken else text
    segments, lifespan = _take_lifespan([segment for segment in _COMMA.split(dated) if segment])
    brackets: list[Bracket] = []
    plain = [bare for index, segment in enumerate(segments) if (bare := _take_brackets(segment, index, brackets))]
    if _is_placeholder(filed := ", ".join(plain)) or match_key(plain[0]) in _NOBODY:
        return Name("placeholder", filed or text or "Unknown", filed or text or "Unknown")
    if as_spoken and (len(plain) == 1 or " " in plain[0]) and all(map(_is_suffix, plain[1:])):
        plain = [plain[0], *(segment for segment in plain[1:] if _plain(segment) not in DEGREES)]
        words = " ".join(plain).split(" ")
        if lifespan == (None, None) and _is_printed_body(text, words):
            return Name("organisation", text, without_article(text))
        filed = invert_name(words)
    elif lifespan == (None, None) and _is_body(text, plain):
        return Name("organisation", text, without_article(text))
    elif len(plain) == 1:
        filed = without_article(filed)
    name, others = name_forms(plain, brackets, family_name_first)
    return Name("person", name, filed, tuple(dict.fromkeys(o for o in others if o != name)), *lifespan)


@lru_cache(maxsize=65_536)
def parse_plain_name(name: str) -> Name:
    """Parse a name printed on a cover (`Ursula K. Le Guin`); its form to sort by begins with the family name."""
    text = clean(name[:HEADING]).strip(" ,;") or "Unknown"
    if _is_placeholder(text):
        return Name("placeholder", text, text)
    words = text.split(" ")
    if _is_printed_body(text, words):
        return Name("organisation", text, without_article(text))
    return Name("person", text, invert_name(words))


def _is_placeholder(name: str) -> bool:
    """Whether `name` names nobody: it says so, or has no letter or digit."""
    return match_key(name) in name_words.PLACEHOLDERS or not any(map(str.isalnum, name))


def _is_suffix(segment: str) -> bool:
    return _plain(segment) in SUFFIXES | DEGREES


def _plain(segment: str) -> str:
    return segment.lower().replace(".", "").replace(" ", "")


def _take_lifespan(segments: list[str]) -> tuple[list[str], Lifespan]:
    """Take the last segment with dates out of a heading: returns the others, and the years of birth and death.

    The first segment, the name, is not searched. Both years are None without dates; one that is unknown is None, and
    both are if they cannot be a life's.
    """
    for index in range(len(segments) - 1, 0, -1):
        lifespan = parse_lifespan(segments[index])
        if lifespan is not None:
            return segments[:index] + segments[index + 1 :], lifespan
    return segments, (None, None)


def _take_brackets(segment: str, index: int, taken: list[Bracket]) -> str:
    """The segment without its bracketed parts, each of which is appended to `taken`.

    `index` is the segment's number.
    """
    while match := _BRACKETS.search(segment):
        before, after = segment[: match.start()].strip(), segment[match.end() :].strip()
        taken.append((index, before, match[1].strip(), after))
        segment = f"{before} {after}".strip()
    return segment


def _is_body(text: str, plain: list[str]) -> bool:
    """Whether a heading without dates names a corporate body: a firm, a state, an office of either.

    `plain` are the heading's segments without brackets.
    """
    if name_words.SUBORDINATE.match(text) or text.lower() in name_words.JURISDICTIONS:
        return True
    if len(plain) == 1:
        return text.startswith("The ") or bool(name_words.BODY.search(text) or name_words.PAIR.fullmatch(text))
    return bool(name_words.FIRM.search(", ".join(plain)) or (" " in plain[0] and name_words.BODY.search(plain[0])))


def _is_printed_body(text: str, words: list[str]) -> bool:
    """Whether a name printed on a cover is a corporate body's; `Caroline Jayne Church` is a person's."""
    if text.startswith("The ") or "and" in words or any(word.endswith(("'s", "’s")) for word in words[:-1]):
        return True
    match = name_words.BODY.search(text) or name_words.PAIR.fullmatch(text)
    return match is not None and len(words) > 1 and not (words[-1] in _SURNAMES and "of" not in words)
