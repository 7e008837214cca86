"""Reads languages, written as a code of any part of ISO 639, a tag or a name, and gives the shortest code.

The table of codes and names is generated; `tables/README.md` says from what. A catalogue keeps what ISO 639 tells
apart: Tagalog (tl) is not written as Filipino (fil), nor Serbo-Croatian (sh) as Serbian.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from core.text import words

_TABLE = Path(__file__).resolve().parent / "tables" / "languages.txt"
_BRACKETS = re.compile(r"\(([^()]*)\)")


class _Languages(NamedTuple):
    """Codes by every code that means the same, tags by folded name, and the other subtags of tags, in small letters.

    `english` has the English name of each code.
    """

    codes: dict[str, str]
    names: dict[str, str]
    subtags: frozenset[str]
    regions: frozenset[str]
    english: dict[str, str]


@lru_cache(maxsize=4096)
def language_code(text: str) -> tuple[str, str] | None:
    """The language and the region that a code (`fra`), a tag (`fr-CA`, `pt_BR`) or a name says; None if unknown.

    The language is its ISO 639-1 code where there is one, else 639-3, else 639-2 or -5; the region is "" without one.
    Names are English ones and those of languages in themselves, also turned round as in `Greek, Ancient`; the region
    of a name is what stands behind it in brackets. Undetermined, multiple, unassigned and private-use codes give None.
    """
    return _by_tag(text.strip(" .,;:").lower().replace("_", "-")) or _by_name(text)


def language_name(code: str) -> str:
    """The English name of the language with the code `code`, the code where it has none."""
    return _languages().english.get(code) or code


def _by_tag(tag: str) -> tuple[str, str] | None:
    codes, _, subtags, regions, _ = _languages()
    first, *rest = tag.split("-")
    # An extended language is one of its own: zh-yue is yue.
    if rest and (code := codes.get(f"{first}-{rest[0]}")):
        del rest[0]
    elif not (code := codes.get(first)):
        return None
    # A single letter begins an extension or a private use.
    end = next((place for place, subtag in enumerate(rest) if len(subtag) == 1), len(rest))
    if not subtags.issuperset(rest[:end]):
        return None
    return code, next((subtag.upper() for subtag in rest[:end] if subtag in regions), "")


def _by_name(text: str) -> tuple[str, str] | None:
    # ISO 639-2 names a language by all its names: `Dutch; Flemish`.
    found = {_named(name) for name in text.split(";")}
    return found.pop() if len(found) == 1 else None


def _named(text: str) -> tuple[str, str] | None:
    names = _languages().names
    for name, beside in _spellings(text):
        if (tag := names.get(name_key(name))) and (found := _by_tag(tag.lower())):
            return found[0], found[1] or beside
    return None


def name_key(name: str) -> str:
    """The folded words of a name. An apostrophe divides two words: Ga'dang is another language than Gadang."""
    return " ".join(words(name))


def _spellings(text: str) -> Iterator[tuple[str, str]]:
    """The names that `text` may be, each with what it leaves out: `Greek, Modern (1453-)` is `Modern Greek (1453-)`.

    `English (Middle)` is `Middle English`.
    """
    beside = " ".join(_BRACKETS.findall(text))
    last, _, first = _BRACKETS.sub("", text).partition(",")
    yield text, ""
    yield f"{first} {last} {beside}", ""
    if beside:
        yield f"{beside} {first} {last}", ""
    yield f"{first} {last}", beside


@cache
def _languages() -> _Languages:
    """The table, 2.6 MB of memory in a process: read when a language is first asked for."""
    codes, names = dict[str, str](), dict[str, str]()
    subtags, regions, english = set[str](), set[str](), dict[str, str]()
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        code, aliases, named, *_ = [*line.split("\t"), "", ""]
        if code in {"script", "region", "variant"}:
            subtags.update(aliases.lower().split())
            regions.update(aliases.lower().split() if code == "region" else ())
        elif not code.startswith("#"):
            if "-" not in code:
                codes |= dict.fromkeys((code, *aliases.split()), code)
                english[code] = named.partition("|")[0]
            names |= dict.fromkeys(map(name_key, filter(None, named.split("|"))), code)
    return _Languages(codes, names, frozenset(subtags), frozenset(regions), english)
