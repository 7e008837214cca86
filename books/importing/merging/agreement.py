"""Whether two descriptions that share a number are of the same book: by title and volume, or by author and year."""

from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple, Self

from authors.models import Author
from books.importing.parsing.titles import UNTITLED, volumes_in, without_volumes
from books.importing.records import Record
from core.text import match_key

YEARS_APART = 2
"""Most years between two descriptions of a book that agree by author and year."""

_NUMBER_WORDS = """
one first erste ersten erster erstes primo prima primer primera premier premiere primeiro primeira forsta
two second zweite zweiten zweiter zweites segundo segunda secondo seconda deuxieme andra tweede
three third dritte dritten dritter drittes tercero tercera terzo terza troisieme tredje derde terceiro
four fourth vierte vierten vierter viertes cuarto cuarta quarto quarta
five fifth funfte funften funfter funftes quinto quinta
six sixth sechste sechsten sechster sechstes
seven seventh
eight eighth
nine ninth
ten tenth
"""
_NUMBERS = {
    word: number for number, line in enumerate(_NUMBER_WORDS.strip().splitlines(), start=1) for word in line.split()
}
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
_ORDINAL_ENDINGS = ("st", "nd", "rd", "th", "er", "eme", "e", "o", "a")
_PARTICLES = frozenset({
    "al", "bin", "da", "das", "de", "del", "della", "den", "der", "des", "di", "do", "dos", "du", "el", "ibn", "la",
    "las", "le", "los", "of", "st", "ten", "ter", "van", "von", "y", "zu",
})  # fmt: skip
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})


class Agreement(IntEnum):
    """By what two descriptions agree; the better is the smaller."""

    TITLE = 1
    AUTHOR_AND_YEAR = 2


class Description(NamedTuple):
    """The facts of a record or a stored book that are compared."""

    titles: frozenset[str]
    """The match keys of the title without a volume, and of title and subtitle together; none without words."""
    volume: tuple[str | int, ...]
    """The numbers, or else the words, of the part or volume that is named; empty if none is."""
    families: frozenset[str]
    """The folded words of the family names of authors and other contributors, without particles."""
    first_year: int | None
    year: int | None

    @classmethod
    def of(
        cls,
        *,
        title: str,
        subtitle: str,
        part: str,
        names: Iterable[tuple[str, str]],
        first_year: int | None,
        year: int | None,
    ) -> Self:
        """The Description of a book; `names` are pairs of a contributor's kind and the name that it is filed by."""
        named = [part] if part else volumes_in(title) or volumes_in(subtitle)
        plain = "" if title == UNTITLED else without_volumes(title)
        keys = (match_key(text) for text in (plain, f"{plain} {subtitle}" if subtitle and plain else plain))
        families = {word for kind, name in names if kind != Author.Kind.PLACEHOLDER for word in _family(name)}
        return cls(
            frozenset(key for key in keys if any(map(str.isalnum, key))),
            _volume(" ".join(named)),
            frozenset(families),
            first_year,
            year,
        )

    @classmethod
    def of_record(cls, record: Record) -> Self:
        """The Description of a record."""
        return cls.of(
            title=record.title,
            subtitle=record.subtitle,
            part=record.part,
            names=[(credit.kind, credit.sort_name) for credit in record.credits],
            first_year=record.first_published_year,
            year=record.published_year,
        )


def agreement(one: Description, other: Description, *, by_identifier: bool) -> Agreement | None:
    """By what two descriptions agree that share a number; None if they do not.

    `by_identifier` says that the number is an identifier that names a single record, and not an ISBN: publishers use
    ISBNs again, so the authors have to agree too, where both are named.
    """
    if one.volume and other.volume and one.volume != other.volume:
        return None
    share_author = bool(one.families & other.families)
    strangers = bool(one.families and other.families) and not share_author
    if _same_title(one, other) and (by_identifier or not strangers):
        return Agreement.TITLE
    if by_identifier and share_author and _near_years(one, other):
        return Agreement.AUTHOR_AND_YEAR
    return None


def _same_title(one: Description, other: Description) -> bool:
    """Whether a title is the other, or the whole beginning of the other: *It* is not that of *It Ends with Us*."""
    if one.titles & other.titles:
        return True
    if bool(one.volume) != bool(other.volume):
        return False
    return any(
        " " in shorter and longer.startswith(f"{shorter} ")
        for first in one.titles
        for second in other.titles
        for shorter, longer in ((first, second), (second, first))
    )


def _near_years(one: Description, other: Description) -> bool:
    pairs = ((one.first_year, other.first_year), (one.year, other.year))
    return any(a is not None and b is not None and abs(a - b) <= YEARS_APART for a, b in pairs)


def _family(sort_name: str) -> list[str]:
    words = match_key(sort_name.partition(",")[0]).split()
    return [word for word in words if word not in _PARTICLES and word not in _SUFFIXES] or words


def _volume(text: str) -> tuple[str | int, ...]:
    """The numbers in `text`, whether in figures, Roman numerals or words; the words if there are no numbers."""
    words = match_key(text).split()
    numbers = tuple(number for word in words if (number := _number(word)) is not None)
    return numbers or tuple(words)


def _number(word: str) -> int | None:
    if word in _NUMBERS:
        return _NUMBERS[word]
    if word.isdecimal():
        return int(word[:9])
    for ending in _ORDINAL_ENDINGS:
        if word.endswith(ending) and (number := word.removesuffix(ending)).isdecimal():
            return int(number[:9])
    # v is volume rather than five.
    if word != "v" and word and set(word) <= _ROMAN.keys():
        values = [_ROMAN[letter] for letter in word]
        return sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True))
    return None
