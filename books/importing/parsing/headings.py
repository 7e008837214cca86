"""Parses authors' names: library headings (`Jefferson, Thomas, 1743-1826`), and names as covers print them."""

import re
from functools import lru_cache
from typing import NamedTuple

from books.importing.parsing import name_words
from books.importing.parsing.inverted_names import invert_name, without_article
from books.importing.parsing.life_dates import Lifespan, parse_lifespan
from books.importing.parsing.name_words import DEGREES, SUFFIXES, without_stops
from books.importing.parsing.personal_names import Bracket, name_forms
from books.importing.parsing.titles import clean
from books.importing.record_bounds import HEADING
from core.text import match_key

# As the family name of a heading these too have no forename behind them.
_NOBODYS_FAMILY = {"anonymous", "anon", "various", "various authors", "unknown", "unknown author", "not available"}
# Of SURNAMES, those that are family names unless a word before them is of a body: `Alonzo Church`, `Anglican Church`.
_SURNAMES_ABOVE_ALL = {"Bank", "Board", "Britain", "Church"}
_COMMA = re.compile(r"\s*,(?![^()]*\))\s*")
_BRACKETS = re.compile(r"\(([^()]*)\)")
_PEER = re.compile(r"([^\s,]+), (Lord|Lady) ([^\s,]+)")
_ABOUT = re.compile(r"\b(?:circa|approx|ca)\b\.?\s*(?=\d)|\bc(?:\.\s*)?(?=\d{3})")
_ACTIVE = re.compile(r"\b(?:flourished|fl)\b\.?\s*(?=\d)")
# The comma in `May 12, 1592` parts no segments.
_DAY_AND_YEAR = re.compile(r"\b([A-Z][a-z]{2,8}\.? \d{1,2}), (?=\d{3,4}\b)")
# `Jane Doe 1850-`: a number alone may be part of a name.
_ENDS_IN_SPAN = re.compile(r"\d{3,4}\??\s*[-–]\s*(?:[^-–]*\d{3,4}\??)?$")


class Name(NamedTuple):
    """A parsed name: the kind of author, the name to show, the name to sort by, other names, and the years of life."""

    kind: str
    name: str
    sort_name: str
    alternate_names: tuple[str, ...] = ()
    birth_year: int | None = None
    death_year: int | None = None


@lru_cache(maxsize=8_192)
def parse_heading(heading: str, family_name_first: bool = False, as_spoken: bool = False) -> Name:
    """Parse a library heading.

    With `family_name_first`, East Asian names in Latin letters keep the family name first. With `as_spoken`, a name
    without a comma is in the order in which it is spoken (`Ursula K. Le Guin`), and not a heading without a forename.
    """
    text = clean(heading[:HEADING]).strip(" ,;")
    text = _without_final_stop(text) if as_spoken else text
    brackets: list[Bracket] = []
    segments, lifespan = _take_lifespan(list(filter(None, _COMMA.split(_DAY_AND_YEAR.sub(r"\1 ", text)))))
    plain = [bare for index, segment in enumerate(segments) if (bare := _take_brackets(segment, index, brackets))]
    may_be_body = lifespan in {None, (None, None)}
    if lifespan is None and (as_spoken or len(plain) > 1):
        lifespan = _lifespan_in(brackets) or (_take_lifespan_behind(plain) if as_spoken else None)
    lifespan = lifespan or (None, None)
    if _is_placeholder(filed := ", ".join(plain)) or match_key(plain[0]) in _NOBODYS_FAMILY:
        return Name("placeholder", filed or text or "Unknown", filed or text or "Unknown")
    if as_spoken and may_be_body and (peer := _PEER.fullmatch(text)):
        forename, honorific, family = peer.groups()
        return Name(
            "person", text, f"{family}, {forename}, {honorific}", (f"{forename} {family}", f"{honorific} {family}")
        )
    if as_spoken and (len(plain) == 1 or " " in plain[0]) and all(map(_is_suffix, plain[1:])):
        plain = [plain[0], *(segment for segment in plain[1:] if without_stops(segment) not in DEGREES)]
        words = _without_degrees(" ".join(plain).split(" "))
        if may_be_body and _is_printed_body(text, words):
            return Name("organisation", text, without_article(text))
        plain, filed = [" ".join(words)], invert_name(words)
    elif as_spoken and " " in plain[0] and all(map(_is_title, plain[1:])):
        plain[0:1] = invert_name(plain[0].split(" ")).split(", ")
        filed = ", ".join(plain)
    elif may_be_body and _is_body(text, plain):
        return Name("organisation", text, without_article(text))
    elif len(plain) == 1:
        filed = without_article(filed)
    name, others = name_forms(plain, brackets, family_name_first)
    return Name("person", name, filed, tuple(dict.fromkeys(o for o in others if o != name)), *lifespan)


@lru_cache(maxsize=8_192)
def parse_plain_name(name: str) -> Name:
    """Parse a name printed on a cover (`Ursula K. Le Guin`); its form to sort by begins with the family name."""
    text = _without_final_stop(clean(name[:HEADING]).strip(" ,;")) or "Unknown"
    if _is_placeholder(text):
        return Name("placeholder", text, text)
    words = text.split(" ")
    if _is_printed_body(text, words):
        return Name("organisation", text, without_article(text))
    words = _without_degrees(words)
    return Name("person", " ".join(words), invert_name(words))


@lru_cache(maxsize=8_192)
def heading_key(heading: str) -> str:
    """`heading` as its source's key for the author, in which old and new terms for dates are one: ca., approximately.

    Nor does the full stop at its end matter.
    """
    key = _without_final_stop(heading)
    if any(map(str.isdigit, key)):
        key = re.sub(r"(?<=\d)\.$", "", key)
        return _ACTIVE.sub("active ", _ABOUT.sub("approximately ", key.replace("–", "-")))
    return key


def _is_placeholder(name: str) -> bool:
    """Whether `name` names nobody: it says so, or has no letter or digit."""
    return match_key(name) in name_words.PLACEHOLDERS or not any(map(str.isalnum, name))


def _is_suffix(segment: str) -> bool:
    return without_stops(segment) in SUFFIXES | DEGREES


def _is_title(segment: str) -> bool:
    """Whether a segment is a form of address or a title: `Sir`, `Duke of Wellington`."""
    first = segment.partition(" ")[0].lower().rstrip(".")
    return first in name_words.HONORIFICS or first in name_words.TITLES


def _without_final_stop(text: str) -> str:
    """`text` without the full stop that ends a heading; that of an initial or of an abbreviation stays."""
    last = text.rpartition(" ")[2].removesuffix(".")
    ends = text.endswith(".") and len(last) > 2 and last.isalpha() and last.lower() not in name_words.ABBREVIATIONS
    return text[:-1] if ends else text


def _without_degrees(words: list[str]) -> list[str]:
    """The words of a spoken name without degrees at its end; `Ma` is a family name."""
    while len(words) > 2 and without_stops(words[-1]) in DEGREES and words[-1] not in {"Ma", "Ba"}:
        words = words[:-1]
    return words


def _take_lifespan(segments: list[str]) -> tuple[list[str], Lifespan | None]:
    """Take the last segment with dates out of a heading: returns the others, and the years; None without dates.

    The first segment, the name, is not searched.
    """
    for index in range(len(segments) - 1, 0, -1):
        lifespan = parse_lifespan(segments[index])
        if lifespan is not None:
            return segments[:index] + segments[index + 1 :], lifespan
    return segments, None


def _lifespan_in(brackets: list[Bracket]) -> Lifespan | None:
    """The years in the last of a heading's brackets that has dates; None if none has."""
    return next((years for *_, inside, _ in reversed(brackets) if (years := parse_lifespan(inside))), None)


def _take_lifespan_behind(plain: list[str]) -> Lifespan | None:
    """Take dates off the end of the last of the segments `plain`; None if it does not end in dates: `Jane Doe 1850-`.

    They begin with the first word behind the name that is no name: it has no capital letter.
    """
    if not plain or not _ENDS_IN_SPAN.search(plain[-1]):
        return None
    words = plain[-1].split(" ")
    for start in range(1, len(words)):
        lifespan = None if words[start][0].isupper() else parse_lifespan(" ".join(words[start:]))
        if lifespan is not None:
            plain[-1] = " ".join(words[:start])
            return lifespan
    return None


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
    if name_words.ACRONYM.fullmatch(text):
        return True
    match = name_words.BODY.search(text) or name_words.PAIR.fullmatch(text)
    return match is not None and len(words) > 1 and not _has_forename(words)


def _has_forename(words: list[str]) -> bool:
    """Whether the last of `words` is a family name and those before it are forenames and initials: `Joyce Brothers`."""
    *given, last = words
    initials = [word for word in given if word.rstrip(".").isalpha() and len(word.rstrip(".")) == 1 and word[0] != "U"]
    forenames = [word for word in given if word in name_words.COMMON_FORENAMES]
    if last not in name_words.SURNAMES or not name_words.OF_BODIES.isdisjoint(given):
        return False
    if last in _SURNAMES_ABOVE_ALL and (given[0] in forenames + initials or given[1:] == initials):
        return True
    if len(initials) == len(given):
        return False
    return len(initials) + len(forenames) == len(given) or (given[0] not in initials and given[1:] == initials != [])
