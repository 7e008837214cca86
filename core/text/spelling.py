"""Spellings: the tokens that the search index stores for a text, in each way in which it may be typed.

The first spelling joins what apostrophes divide and joins initials; the others write ä as ae, the longest part of a
word with an apostrophe, and each initial by itself (docs/adr/0012-spellings.md has the table).
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from core.text.folding import DOT, PLUS, SHARP, fold

TOKEN_LENGTH = 64
"""Characters of a token; the rest is cut off, in the index and in queries alike."""


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

# Chinese and Japanese, then Thai, Lao, Burmese and Khmer: scripts that put no blanks between words.
_UNSPACED = (
    "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
    "\u0e00-\u0eff\u1000-\u109f\ua9e0-\ua9fe\uaa60-\uaa7f\u1780-\u17ff"
)
_RUN = re.compile(rf"[{_UNSPACED}]+|[^{_UNSPACED}]+")
_IS_UNSPACED = re.compile(rf"[{_UNSPACED}]")

_APOSTROPHE = re.compile("[’‘‛`´΄᾽᾿῾′″‵＇ʹʺʻʼʽʾʿˀˁˈˊˋˮʹ׳״ꞌꞋ]")

_INITIAL = "[a-z\u00df-\u024f\u0371-\u03ff\u0430-\u052f\u0561-\u0587]"
"""A letter of a script with capitals, once folded: Latin, Greek, Cyrillic or Armenian."""
_INITIAL_LENGTH = 6
"""Most characters of an initial as it is typed: a letter with its marks, and a stop."""
_ONE_INITIAL = re.compile(rf"({_INITIAL})\.?")
_STOPS_AND_BLANKS = re.compile(r"[.\s]+")


class _Patterns:
    """The patterns by which a folded text is cut, given what matches a letter of it, an initial and a mark."""

    def __init__(self, letter: str, initial: str, mark: str) -> None:
        after = f"(?<={letter})" if not mark else f"(?:(?<={letter})|(?<=[{mark}]))"
        begin = f"(?<!{letter})" if not mark else f"(?<!{letter})(?<![{mark}])"
        end = f"(?!{letter})" if not mark else f"(?!{letter}|[{mark}])"
        word = f"{letter}+(?:[{mark}]+{letter}*)*" if mark else f"{letter}+"
        self.word = re.compile(f"{letter}+(?:[{mark}{PLUS}{SHARP}{DOT}]+{letter}*)*")
        self.inside = re.compile(f"{after}'+(?={letter})")
        self.with_apostrophe = re.compile(f"{word}(?:'+{word})+")
        self.initials = re.compile(
            rf"(?={initial}[.\s]){begin}(?:{initial}(?:\.{initial}{end})+"  # j.r.r
            rf"|{initial}\.(?:\s+{initial}(?:\.{end}|\s*$))+"  # j. r. r.
            rf"|{initial}(?:\s+{initial}{end}(?!\.))+)"  # j r r
        )
        # C++ and Notepad++, C# and F#, .NET; a sign ends its word.
        self.signs = (
            ("++", re.compile(rf"(?<={letter})\+\+"), f"{PLUS}{PLUS} "),
            ("#", re.compile(f"{begin}({letter})#"), rf"\1{SHARP} "),
            (".", re.compile(rf"(?<![^\s(\[\"'])\.({initial}{initial}{letter}*)"), rf"\1{DOT} "),
        )


_ASCII, _ANY = _Patterns("[a-z0-9]", "[a-z]", ""), _Patterns(r"[^\W_]", _INITIAL, _MARK)

_MARKED = re.compile(r"['`&#]|\+\+")
_SINGLE = re.compile(r"[^a-z0-9](?:[a-z][.\s]+[a-z](?![a-z0-9])|\.[a-z]{2})")
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


def plain_apostrophes(text: str) -> str:
    """`text` folded, with ' for an apostrophe or romanisation mark of any kind."""
    return text.lower().replace("`", "'") if text.isascii() else fold(_APOSTROPHE.sub("'", text))


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
    """The words of `text` in its first spelling, then in others that differ from it, at most two."""
    plain = plain_apostrophes(text)
    respelt = "" if text.isascii() else _respelt(text)
    if plain.isascii() and not respelt and not _MARKED.search(plain) and not _SINGLE.search(f" {plain}"):
        return (tuple(_ASCII_WORD.findall(plain)),)
    plain = _signs_as_letters(plain)
    first = joined(plain)
    found = [_patterns(first).initials.sub(_without_stops, first)]
    if respelt:
        found.append(_longest_parts(_signs_as_letters(plain_apostrophes(respelt))))
    found.append(_longest_parts(plain))
    return tuple(dict.fromkeys(tuple(_patterns(spelt).word.findall(spelt)) for spelt in found))


def _signs_as_letters(folded: str) -> str:
    for sign, pattern, letter in _patterns(folded).signs:
        if sign in folded:
            folded = pattern.sub(letter, folded)
    return folded


def _without_stops(match: re.Match[str]) -> str:
    return _STOPS_AND_BLANKS.sub("", match[0])


def _respelt(text: str) -> str:
    """`text` with two letters for ä and its like; empty if it has none."""
    text = unicodedata.normalize("NFC", text)
    return _RESPELT_LETTER.sub(_as_two, text) if _RESPELT_LETTER.search(text) else ""


def _as_two(match: re.Match[str]) -> str:
    return _RESPELT[match[0]]


def _longest_parts(folded: str) -> str:
    return joined(_patterns(folded).with_apostrophe.sub(_longest_part, folded) if "'" in folded else folded)


def _longest_part(match: re.Match[str]) -> str:
    longest = max(match[0].split("'"), key=len)
    return longest if len(longest) > 1 else match[0]


def spellings(text: str) -> tuple[Words, ...]:
    """The tokens that the index stores for `text` in each of its spellings; there are at most three.

    Words; runs of Chinese, Japanese, Thai, Lao, Khmer and Burmese as overlapping pairs of characters. A run ABC gives
    AB, BC and C: the pairs match phrases, and with the last character every single one can be matched by prefix.
    """
    return tuple(_tokens(spelt) for spelt in spelt_words(text))


def tokens(text: str) -> list[str]:
    """The tokens of the first spelling of `text`."""
    return list(_tokens(spelt_words(text)[0]))


def _tokens(cut: Words) -> Words:
    if all(map(str.isascii, cut)):
        return tuple([word[:TOKEN_LENGTH] for word in cut])
    result: list[str] = []
    for word in cut:
        if word.isascii() or not _IS_UNSPACED.search(word):
            result.append(word[:TOKEN_LENGTH])
            continue
        for run in _RUN.findall(word):
            if _IS_UNSPACED.match(run):
                result.extend(run[i : i + 2] for i in range(len(run)))
            else:
                result.append(run[:TOKEN_LENGTH])
    return tuple(result)


def query_spellings(text: str) -> tuple[Words, ...]:
    """The tokens of `text` as a phrase to search for, in its first spelling and in one other if there is one.

    The tokens are those of `spellings` without the lone character that ends a run of pairs.
    """
    return tuple(_without_lone_end(spelt) for spelt in spellings(text)[:2])


def _without_lone_end(spelt: Words) -> Words:
    ends_alone = len(spelt) > 1 and is_lone_cjk(spelt[-1]) and spelt[-2][-1:] == spelt[-1]
    return spelt[:-1] if ends_alone else spelt


def initial(word: str) -> str:
    """The letter of a word that is one initial, with a stop or without; empty for another word."""
    found = _ONE_INITIAL.fullmatch(fold(word)) if len(word) <= _INITIAL_LENGTH else None
    return found[1] if found else ""


def as_typed(token: str) -> str:
    """A token as a reader would type it: C++, C# and .NET for the private-use letters of their signs."""
    word = token.replace(PLUS, "+").replace(SHARP, "#")
    return f".{word[:-1]}" if word.endswith(DOT) else word


def is_cjk(token: str) -> bool:
    """Whether `token` is of a run of Chinese, Japanese, Thai, Lao, Khmer or Burmese, which no blanks divide."""
    return bool(_IS_UNSPACED.match(token))


def is_lone_cjk(token: str) -> bool:
    """Whether `token` is a single character of such a run, which the index can only find by prefix."""
    return len(token) == 1 and is_cjk(token)
