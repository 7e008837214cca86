"""Inverts a name: from the order in which it is spoken to the form it is sorted by."""

import re

from books.importing.parsing.name_words import HONORIFICS, SUFFIXES

_PARTICLES = {
    "de", "da", "do", "dos", "das", "di", "du", "des", "del", "della", "van", "von", "der", "den", "zu", "la", "le",
    "las", "los", "el", "al", "ter", "ten", "st.",
}  # fmt: skip
# In lower case these stay with the family name (`le Carré, John`); the other particles follow the forename.
_INSEPARABLE = {"le", "la", "du", "des", "ter", "ten"}
_SPANISH = re.compile(r"(?:[^\W\d_]+[eé]z|garc[ií]a|ruiz|vargas|bioy)", re.IGNORECASE)


def invert_name(words: list[str]) -> str:
    """The name of these words, inverted: `Le Guin, Ursula K.`; a name such as `Augustine of Hippo` is not inverted."""
    words, after = list(words), []
    if len(words) > 2 and words[-1].lower().rstrip(".") in SUFFIXES:
        after.append(words.pop())
    if len(words) > 1 and words[0].lower().rstrip(".") in HONORIFICS:
        after.append(words.pop(0))
    if not {"of", "à"} & set(words):
        start = _family_name(words)
        after[:0] = [" ".join(words[:start])] if start else []
        words = words[start:]
    return ", ".join([" ".join(words), *after])


def _family_name(words: list[str]) -> int:
    """The index of the first word of the family name."""
    start = len(words) - 1
    if start >= 2 and _SPANISH.fullmatch(words[-2]):
        start -= 1  # the first of two family names: `García Márquez`
    elif start >= 3 and words[-3] in {"de", "del"} and words[-2].lower() not in _PARTICLES:
        start -= 1  # `Cervantes Saavedra, Miguel de`
    first = start
    while first > 1 and words[first - 1].lower() in _PARTICLES:
        first -= 1
    particles = words[first:start]
    whole = particles and (particles[0][0].isupper() or (len(particles) == 1 and particles[0] in _INSEPARABLE))
    return first if whole else start
