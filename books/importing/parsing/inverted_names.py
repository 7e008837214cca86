"""Inverts a name: from the order in which it is spoken to the form it is sorted by."""

import re

from books.importing.parsing.name_words import EPITHETS, FORENAME_TITLES, HONORIFICS, SUFFIXES
from core.text import match_key

_PARTICLES = {
    "de", "da", "do", "dos", "das", "di", "du", "des", "del", "della", "van", "von", "der", "den", "zu", "la", "le",
    "las", "los", "el", "al", "ter", "ten", "st.",
}  # fmt: skip
# In lower case these stay with the family name (`le Carré, John`); the other particles follow the forename.
_INSEPARABLE = {"le", "la", "du", "des", "ter", "ten"}
_INITIALS = re.compile(r"(?:[^\W\d_]\.-?)+")
_NUMERAL = re.compile(r"(?=[IVX])(?:X{0,3})(?:IX|IV|V?I{0,3})")
# Words that stand only in names without a family name: `Pliny the Elder`, `Augustine of Hippo`, `Thomas à Kempis`.
_EPITHET_WORDS = {"of", "the", "à"}
_LEADING_PARTICLES = {"Le", "La", "Du", "Des"}  # `Le Corbusier`, `Mme. Du Hausset`
# Last words of Chinese philosophers, whose family names stand first: `Sun Tzu`.
_MASTERS = {"tzu", "tse", "tze", "zi"}
# Icelanders have patronymics, which file behind the forename; of the sons only those spelt as in Iceland are known.
_PATRONYMIC = re.compile(r".*d[óo]ttir|.*[ðþ].*sson|.*ðason|.*[ðþ]arson")
_EAST_ASIAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_ARTICLE = re.compile(r"(The|An?) (?=[^\W\d_]{2})")
# As the authority file of the Library of Congress has them.
_WITHOUT_FAMILY_NAME = {
    "black elk", "chretien de troyes", "christine de pizan", "dante alighieri", "gottfried von strassburg",
    "hildegard von bingen", "leonardo da vinci", "machado de assis", "marcus aurelius", "marie de france",
    "nizami ganjavi", "omar khayyam", "sei shonagon", "sitting bull", "snorri sturluson", "walther von der vogelweide",
    "wolfram von eschenbach",
}  # fmt: skip
_SPANISH = re.compile(r"(?:[^\W\d_]+[eé]z|garc[ií]a|ruiz|vargas|bioy)", re.IGNORECASE)


def invert_name(words: list[str]) -> str:
    """Invert `Ursula K. Le Guin` to `Le Guin, Ursula K.`; a name without a family name (`Louis XIV`) is kept.

    A title before it (`Pope`) follows it nevertheless, and so does an article (`A Lady`).
    """
    words, after = list(words), []
    if len(words) > 1 and words[0].lower() in FORENAME_TITLES:
        return f"{' '.join(words[1:])}, {words[0]}"
    if len(words) > 2 and words[-1].lower().rstrip(".") in SUFFIXES:
        after.append(words.pop())
    honorific = []
    while len(words) > 1 and words[0].lower().rstrip(".") in HONORIFICS:
        honorific.append(words.pop(0))
    after += [" ".join(honorific)] if honorific else []
    if honorific and len(words) > 1 and words[0].lower() in _PARTICLES:
        return f"{words[-1]}, {' '.join([*honorific, *words[:-1]])}"  # `Staël, Madame de`
    if _has_no_family_name(words):
        return ", ".join([without_article(" ".join(words)), *after])
    start = _family_name(words)
    after[:0] = [" ".join(words[:start])] if start else []
    return ", ".join([" ".join(words[start:]), *after])


def without_article(name: str) -> str:
    """A name as it is filed that begins with an English article: `Beatles, The`. In others it may be part of a name."""
    match = _ARTICLE.match(name)
    return f"{name[match.end() :]}, {match[1]}" if match else name


def _has_no_family_name(words: list[str]) -> bool:
    """Whether a name in spoken order is filed by its first word."""
    first, last, pair = words[0].lower(), words[-1].lower(), len(words) == 2
    if len(words) == 1 or (pair and words[0] in _LEADING_PARTICLES) or _EPITHET_WORDS & set(words):
        return True
    if _NUMERAL.fullmatch(words[-1]) and words[-1] != "X":
        # `Henry VIII`, `Dalai Lama XIV`; not `Malcolm X`, nor `Malcolm Jones III`, who is one of a family.
        return pair or last not in SUFFIXES
    if first == "ibn" or last in _MASTERS or last in EPITHETS or _PATRONYMIC.fullmatch(last):
        return True
    if all(map(_INITIALS.fullmatch, words)) or _EAST_ASIAN.search(words[-1]):
        return True
    name = " ".join(words)
    return bool(_ARTICLE.match(name)) or match_key(name) in _WITHOUT_FAMILY_NAME


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
