"""Generated authors and subjects: each depends on its number only, so processes need not communicate."""

from functools import lru_cache
from typing import NamedTuple

from benchmarks.generating.shape import mixed, rank
from benchmarks.generating.words import family_names, given_names
from core.search.index import token_texts
from core.text import sort_name

PLACEHOLDERS = ("Various", "Anonymous", "Unknown")
"""The first authors."""

_FAMILIES = 60_000
SHELVES = 340
_SHARE = 1 / (1 << 16)

TOPIC_FORMS = (
    "{}", "{} -- Fiction", "{} -- History", "{} -- Social life and customs -- 19th century", "{} -- England -- Fiction",
    "{} stories", "{} -- United States -- Biography", "{} literature -- Translations into English",
    "{} -- Juvenile fiction", "{} -- Description and travel",
)  # fmt: skip
CLASS_HEADS = ("PS", "PR", "PZ", "PQ", "PT", "AP", "PH", "DA", "PN", "DS", "DC", "D501", "BX", "QL", "QH", "BV")
_LETTERS = "ABCDEFGHJKLMNPQRSTUVZ"
CLASSES = tuple(dict.fromkeys((*CLASS_HEADS, *(f"{a}{b}" for a in _LETTERS for b in "BCDEFGHKLMNX"))))


class Person(NamedTuple):
    """A generated author: the columns of its row, and those that are repeated in books."""

    kind: str
    name: str
    sort_name: str
    alternate_names: tuple[str, ...]
    birth_year: int | None
    death_year: int | None
    sort_key: str
    name_tokens: list[str]
    """The tokens of the name and the alternate names."""


@lru_cache(maxsize=1 << 17)
def author(seed: int, number: int) -> Person:
    """Author `number`; the same share of persons, years, initials and fuller forms as measured."""
    if number < len(PLACEHOLDERS):
        name = PLACEHOLDERS[number]
        return Person("placeholder", name, name, (), None, None, sort_name(name), token_texts(name))
    bits = mixed(seed, number)
    given, families = given_names(), family_names(_FAMILIES)
    family = families[rank((bits & 0xFFFF) * _SHARE, 20.0, _FAMILIES)]
    if bits >> 16 & 0x3FF < 22:
        name = f"{family} Society"
        return Person("organisation", name, name, (), None, None, sort_name(name), token_texts(name))
    bits >>= 16
    first = given[rank((bits & 0xFFFF) * _SHARE, 3.0, len(given))]
    second = given[(bits >> 16 & 0xFFFF) % len(given)]
    bits >>= 32
    forms: tuple[str, ...] = ()
    if bits & 0xFF < 118:
        if bits >> 8 & 1:
            forms = (f"{first} {second} {family}",)
        first = f"{first} {second[0]}."
    inverted = f"{family}, {first}"
    born, died = _years(mixed(seed + 1, number))
    name = f"{first} {family}"
    tokens = [text for known in (name, *forms) for text in token_texts(known)]
    return Person("person", name, inverted, forms, born, died, sort_name(inverted), tokens)


def _years(bits: int) -> tuple[int | None, int | None]:
    """Birth (known of 77 %, half of them before 1856) and death (known of nearly as many)."""
    if bits & 0xFF >= 196:
        return None, None
    born = 1895 - min(400, rank((bits >> 8 & 0xFFFF) * _SHARE, 20.0, 400))
    return born, (born + 25 + (bits >> 24 & 0x3F)) if bits >> 32 & 0xF else None


def topic(number: int, words: list[str]) -> str:
    """The name of topic `number`, unique, of words of the catalogue's vocabulary."""
    number, form = divmod(number, len(TOPIC_FORMS))
    # Single words after the most frequent ones, then pairs of words.
    usable = len(words) - _JOINING
    again, first = divmod(number, usable)
    name = words[_JOINING + first].capitalize()
    if again:
        name = f"{name} {words[_JOINING + again]}"
    return TOPIC_FORMS[form].format(name)


_JOINING = 60
"""The number of most frequent words, of which no topic is made."""


def shelf(number: int, words: list[str]) -> str:
    """The name of shelf `number`."""
    return f"Best {words[_JOINING + number].capitalize()} Ever"
