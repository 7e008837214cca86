"""Spellings: the words of a text, in each way in which it may be typed.

The first spelling joins what apostrophes divide and joins initials; others leave both apart, or write ä as ae
(docs/adr/0012-spellings.md has the table).
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from core.text.folding import DOT, PLUS, SHARP, fold


def _ranges(codes: Iterable[int]) -> str:
    """A regular expression's ranges that match the characters of these ascending `codes`."""
    ranges: list[list[int]] = []
    for code in codes:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


_MARK = _ranges(code for code in range(0x0300, 0x1F000) if unicodedata.category(chr(code)) in {"Mn", "Mc"})
"""The marks that `fold` leaves are part of a word, although \\w leaves them out."""

_WORD = re.compile(rf"[^\W_]+(?:[{_MARK}]+[^\W_]*)*")
_ASCII_WORD = re.compile(r"[a-z0-9]+")

_APOSTROPHE = re.compile("[’‘‛՚`´΄᾽᾿῾′″‵＇｀ʹʺʻʼʽʾʿˀˁˈˊˋˮʹ׳״ꞌꞋ]")

_INITIAL = "[a-z\u00df-\u024f\u0371-\u03ff\u0430-\u052f\u0561-\u0587]"
"""A letter of a script with capitals, once folded: Latin, Greek, Cyrillic or Armenian."""
_ONLY_INITIALS = re.compile(rf"{_INITIAL}(?:\.{_INITIAL})*\.|{_INITIAL}")
_INITIALS_LENGTH = 16
"""Most characters of a word that may be initials as it is typed: letters with their marks, and stops."""
_STOPS_AND_BLANKS = re.compile(r"[.\s]+")


class _Patterns:
    """The patterns by which a folded text is cut, given what matches a letter of it, an initial and a mark."""

    def __init__(self, letter: str, initial: str, mark: str) -> None:
        after = f"(?<={letter})" if not mark else f"(?:(?<={letter})|(?<=[{mark}]))"
        begin = f"(?<!{letter})" if not mark else f"(?<!{letter})(?<![{mark}])"
        end = f"(?!{letter})" if not mark else f"(?!{letter}|[{mark}])"
        more = f"(?:{letter}|[{mark}])" if mark else letter
        word = f"{letter}+(?:[{mark}]+{letter}*)*" if mark else f"{letter}+"
        self.word = re.compile(f"{letter}+(?:[{mark}{PLUS}{SHARP}{DOT}]+{letter}*)*")
        self.inside = re.compile(f"{after}'+(?={letter})")
        self.with_apostrophe = re.compile(f"{word}(?:'+{word})+")
        self.initials = re.compile(
            rf"(?={initial}[.\s]){begin}{initial}"
            rf"(?:(?:\.\s*{initial}(?:(?=\.(?!{letter}{more}))|\s*$)|\.{initial}{end})+"  # j. r. r. and j.r.r
            rf"|(?:\s+{initial}{end}(?!\.))+)"  # j r r
        )
        # C++ and Notepad++, C# and F#, .NET; a sign ends its word, so that the plain word is its beginning.
        self.signs = (
            ("++", re.compile(rf"(?<={letter})\+\+"), f"{PLUS}{PLUS} "),
            ("#", re.compile(f"{begin}({letter})#"), rf"\1{SHARP} "),
            (".", re.compile(rf"(?<![^\s(\[\"'“„«])\.net{end}"), f"net{DOT} "),
        )


_ASCII, _ANY = _Patterns("[a-z0-9]", "[a-z]", ""), _Patterns(r"[^\W_]", _INITIAL, _MARK)

_MARKED = re.compile(r"['`&#]|\+\+")
_SINGLE = re.compile(r"[^a-z0-9](?:[a-z][.\s]+[a-z](?![a-z0-9])|\.net)")
"""Both match lower-case ASCII texts that may have more than one spelling, or signs that are letters."""


def _greek_with_iota() -> dict[str, str]:
    found = {}
    for code in (*range(0x0370, 0x0400), *range(0x1F00, 0x2000)):
        decomposed = unicodedata.normalize("NFD", chr(code))
        if "\u0345" in decomposed[1:]:
            found[chr(code)] = decomposed.replace("\u0345", "") + "ι"
    return found


_RESPELT = {
    "ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "Ä": "ae", "Ö": "oe", "Ü": "ue", "Å": "aa", "Ø": "oe",
    **_greek_with_iota(),
}  # fmt: skip
"""Letters that are also written as two; ᾳ is ΑΙ in capitals."""
_RESPELT_LETTER = re.compile(f"[{''.join(_RESPELT)}]")

Words = tuple[str, ...]


def words(text: str) -> list[str]:
    """The folded words of `text`, in order, without punctuation: an apostrophe or a stop divides two words."""
    return folded_words(fold(text))


def folded_words(folded: str, start: int = 0) -> list[str]:
    """The words of a folded text, from index `start` on."""
    return (_ASCII_WORD if folded.isascii() else _WORD).findall(folded, start)


def unified(text: str) -> str:
    """`text` with ' for an apostrophe or romanisation mark of any kind."""
    return _APOSTROPHE.sub("'", text)


def plain_apostrophes(text: str) -> str:
    """`text` folded, with ' for an apostrophe or romanisation mark of any kind."""
    return text.lower().replace("`", "'") if text.isascii() else fold(unified(text))


def joined(folded: str) -> str:
    """A folded text with its apostrophes taken out of words, and & written as a word."""
    if "&" in folded:
        folded = folded.replace("&", " and ")
    return _patterns(folded).inside.sub("", folded) if "'" in folded else folded


def _patterns(folded: str) -> _Patterns:
    return _ASCII if folded.isascii() else _ANY


# Loading a book cuts its title twice: for its tokens and its match key.
@lru_cache(maxsize=256)
def spelt_words(text: str) -> tuple[Words, ...]:
    """The words of `text` in its first spelling, then in others that differ from it, at most four."""
    plain = plain_apostrophes(text)
    respelt = "" if text.isascii() else _respelt(text)
    if plain.isascii() and not respelt and not _MARKED.search(plain) and not _SINGLE.search(f" {plain}"):
        return (tuple(_ASCII_WORD.findall(plain)),)
    ways = (plain, respelt) if respelt else (plain,)
    written = [*map(_words_joined, ways), *map(_words_apart, ways)]
    if rest := _shorter_parts(plain):
        written.append(rest)
    return tuple(dict.fromkeys(written))


def _words_joined(folded: str) -> Words:
    folded = joined(_signs_as_letters(folded))
    return _cut(_patterns(folded).initials.sub(_without_stops, folded))


def _words_apart(folded: str) -> Words:
    folded = _signs_as_letters(folded)
    if "'" in folded:
        folded = _patterns(folded).with_apostrophe.sub(_longest_part, folded)
    return _cut(joined(folded))


def _shorter_parts(folded: str) -> Words:
    """The different parts of words with apostrophes but their longest ones: those who type a blank seek them too."""
    found: dict[str, None] = {}
    for match in _patterns(folded).with_apostrophe.findall(folded) if "'" in folded else ():
        parts = [part for part in match.split("'") if part]
        longest = max(parts, key=len)
        if len(longest) > 1:
            parts.remove(longest)
        found |= dict.fromkeys(parts)
    return tuple(found)


def _cut(folded: str) -> Words:
    return tuple(_patterns(folded).word.findall(folded))


def _signs_as_letters(folded: str) -> str:
    for sign, pattern, letter in _patterns(folded).signs:
        if sign in folded:
            folded = pattern.sub(letter, folded)
    return folded


def _without_stops(match: re.Match[str]) -> str:
    return _STOPS_AND_BLANKS.sub("", match[0])


def _respelt(text: str) -> str:
    """`text` folded with two letters for ä and its like; empty if it has none."""
    text = unicodedata.normalize("NFC", text)
    return plain_apostrophes(_RESPELT_LETTER.sub(_as_two, text)) if _RESPELT_LETTER.search(text) else ""


def _as_two(match: re.Match[str]) -> str:
    return _RESPELT[match[0]]


def _longest_part(match: re.Match[str]) -> str:
    longest = max(match[0].split("'"), key=len)
    return longest if len(longest) > 1 else match[0]


def sought_words(text: str) -> tuple[Words, ...]:
    """The words of `text` to search for: in its first spelling, and in one other if there is one.

    The other writes ä as ae, of a word with an apostrophe its longest part, and initials apart.
    """
    first, *others = spelt_words(text)
    if not others:
        return (first,)
    return first, _words_apart(_respelt(text) or plain_apostrophes(text))


def initials(word: str) -> Words:
    """The letters of a word that is initials with stops, or one letter; empty for another word."""
    folded = fold(word) if len(word) <= _INITIALS_LENGTH else ""
    return tuple(_WORD.findall(folded)) if _ONLY_INITIALS.fullmatch(folded) else ()
