"""The words of the table of words that are near a misspelt one, by Damerau-Levenshtein distance.

An edit is a letter more, less or another, or two neighbours swapped (F. J. Damerau, "A technique for computer detection
and correction of spelling errors", 1964), and no letter is edited twice. Every text at one edit is made and looked up
(Peter Norvig, "How to Write a Spelling Corrector", 2007). Two edits are not made one after the other: of the halves of
a word with two, either one has none, so the word found begins or ends with a half of the typed one, or each has one.
"""

import json
from collections.abc import Collection, Iterable
from contextlib import nullcontext
from typing import Any, NamedTuple

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from core.database.bulk import select_in
from core.text import LAST_CHARACTER

SHORTEST = 2
"""Fewest letters of a word that is mended."""

TWO_EDITS = 8
"""Letters from which on a word may have two edits."""

_ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyz",
    *(
        "".join(map(chr, range(first, last + 1)))
        for first, last in (
            (0x03B1, 0x03C9), (0x0430, 0x045F), (0x0561, 0x0586), (0x05D0, 0x05EA), (0x0621, 0x064A), (0x10D0, 0x10F0),
            (0x0901, 0x0963), (0x0981, 0x09E3), (0x0A01, 0x0A75), (0x0A81, 0x0AE3), (0x0B82, 0x0BCD), (0x0C01, 0x0C63),
            (0x0C81, 0x0CE3), (0x0D01, 0x0D63),
        )
    ),
)  # fmt: skip
"""The letters of alphabets as folding leaves them: Latin, Greek, Cyrillic, Armenian, Hebrew, Arabic, Georgian; and the
letters and signs of Devanagari, Bengali, Gurmukhi, Gujarati, Tamil, Telugu, Kannada, Malayalam."""


class _Texts(NamedTuple):
    """The texts that are looked up for one word; lengths are of the words found."""

    exact: Collection[str]
    starts: Collection[str] = ()
    ends: Collection[str] = ()
    halves: Collection[str] = ()
    rests: Collection[str] = ()
    least: int = 0
    most: int = 0


def alphabet(word: str) -> str:
    """The letters of the alphabet of most of `word`; empty if it has none of them, a digit or another sign.

    Such a word is not mended: a number, or one of a script that is written without blanks.
    """
    # A letter of another alphabet is itself the typo, a look-alike on a keyboard of two.
    letters = max(_ALPHABETS, key=lambda letters: sum(map(letters.count, word)))
    known = any(character in letters for character in word)
    return letters if known and all(map(_is_letter, word)) else ""


def _is_letter(character: str) -> bool:
    return character.isalpha() or any(character in letters for letters in _ALPHABETS)


def edits(word: str) -> set[str]:
    """Every text at distance 1 from `word`, with letters of its alphabet."""
    return _edits(word, alphabet(word)) - {word}


def _edits(word: str, letters: str) -> set[str]:
    cuts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    result = {left + right[1:] for left, right in cuts if right}
    result |= {left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1}
    result |= {left + letter + right[1:] for left, right in cuts if right for letter in letters}
    result |= {left + letter + right for left, right in cuts for letter in letters}
    return result


def distance(one: str, other: str) -> int:
    """The Damerau-Levenshtein distance of two texts, no letter of which is edited twice.

    One column of the table of distances is a pair of bit vectors: H. Hyyrö, "A bit-vector algorithm for computing
    Levenshtein and Damerau edit distances" (2003). 3 µs for words of eight letters.
    """
    places: dict[str, int] = {}
    for place, character in enumerate(one):
        places[character] = places.get(character, 0) | 1 << place
    whole, last = (1 << len(one)) - 1, 1 << len(one) >> 1
    more, less, found = whole, 0, len(one)
    diagonal = before = 0
    for character in other:
        here = places.get(character, 0)
        swapped = ((~diagonal & here) << 1) & before
        diagonal = (((here & more) + more) ^ more) | here | less | swapped
        across, back = less | ~(diagonal | more) & whole, diagonal & more
        found += bool(across & last) - bool(back & last)
        across, back = across << 1 | 1, back << 1
        more, less = (back | ~(diagonal | across)) & whole, across & diagonal & whole
        before = here
    return found if one else len(other)


def near_words(connection: BaseDatabaseWrapper, words: Collection[str]) -> dict[str, dict[str, int]]:
    """For each of `words` the words of the table near it, with their distances: 1, from TWO_EDITS letters on also 2.

    Runs one statement. Words without an alphabet have none, and are near none.
    """
    mended = [word for word in words if len(word) >= SHORTEST and alphabet(word)]
    found = [word for word in _looked_up(connection, [_texts(word) for word in mended]) if alphabet(word)]
    return {word: _near(word, found) for word in words}


def _near(word: str, found: Iterable[str]) -> dict[str, int]:
    reach = 1 + (len(word) >= TWO_EDITS)
    letters = set(word)
    # An edit changes the set of letters by two at most.
    near = (other for other in found if len(letters.symmetric_difference(other)) <= 2 * reach)
    return {other: edits for other in near if 0 < (edits := distance(word, other)) <= reach}


def _texts(word: str) -> _Texts:
    exact = edits(word)
    if len(word) < TWO_EDITS:
        return _Texts(exact)
    half, letters = len(word) // 2, alphabet(word)
    begin, end = word[:half], word[half:]
    # Where the halves' neighbouring letters are swapped, each half has another letter at that end.
    starts, ends = {begin, begin[:-1] + end[0]}, {end, begin[-1] + end[1:]}
    halves, rests = _edits(begin, letters), _edits(end, letters)
    return _Texts(exact, starts, ends, halves, rests, len(word) - 2, len(word) + 2)


_RANGES = {
    "postgresql": "json_to_recordset(%s) AS range(start text, least int, most int)",
    "sqlite": "(SELECT json_extract(value, '$.start') AS start, json_extract(value, '$.least') AS least,"
    " json_extract(value, '$.most') AS most FROM json_each(%s)) AS range",
}


def _looked_up(connection: BaseDatabaseWrapper, texts: Collection[_Texts]) -> set[str]:
    """The words of the table that are one of the texts, begin or end with one, or begin with one and go on by another.

    For several words together: what is near none of them is left out later.
    """
    if not texts:
        return set()
    statements = ["SELECT word, false FROM books_word WHERE word IN %s"]
    params: list[Any] = [_sorted(text.exact for text in texts)]
    if any(text.starts for text in texts):
        starts = _range(connection, "word")
        statements += [starts, _range(connection, "reversed"), f"{starts} AND substr(word, length(start) + 1) IN %s"]
        params += [_lengths(texts, "starts"), LAST_CHARACTER, _lengths(texts, "ends"), LAST_CHARACTER]
        params += [_lengths(texts, "halves"), LAST_CHARACTER, _sorted(text.rests for text in texts)]
    # PostgreSQL takes each range for a hundredth of the table, and compiled this statement of 4 ms for 180 ms. On
    # SQLite a transaction would wait for writers.
    is_compiled = len(statements) > 1 and connection.vendor == "postgresql"
    with transaction.atomic(using=connection.alias) if is_compiled else nullcontext():
        if is_compiled:
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL jit = off")
        rows = select_in(connection, " UNION ALL ".join(statements), *params)
    return {word[::-1] if backwards else word for word, backwards in rows}


def _range(connection: BaseDatabaseWrapper, column: str) -> str:
    """SQL of the words, or of the reversed words, that begin with one of the given starts."""
    return (
        f"SELECT {column}, {str(column == 'reversed').lower()} FROM {_RANGES[connection.vendor]} CROSS JOIN books_word"  # noqa: S608
        f" WHERE {column} >= start AND {column} < start || %s AND length({column}) BETWEEN least AND most"
    )


def _lengths(texts: Iterable[_Texts], name: str) -> str:
    """The starts, ends or halves of `texts` as JSON, each with the lengths of the words looked for."""
    ranges = [
        {"start": start[::-1] if name == "ends" else start, "least": text.least, "most": text.most}
        for text in texts
        for start in sorted(getattr(text, name))
    ]
    return json.dumps(ranges, ensure_ascii=False)


def _sorted(sets: Iterable[Collection[str]]) -> list[str]:
    return sorted(set().union(*sets))


def known_words(connection: BaseDatabaseWrapper, words: Iterable[str]) -> set[str]:
    """Those of `words` that are in the table of words."""
    return {word for (word,) in select_in(connection, "SELECT word FROM books_word WHERE word IN %s", sorted(words))}
