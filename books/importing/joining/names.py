"""Compares the names of two authors: when they may be one person's, a form of address aside, initials expanded."""

from collections.abc import Collection, Iterable

from books.importing.parsing.name_words import HONORIFICS
from core.text import fold, initials, match_key

_ADDRESSES = {fold(word) for word in HONORIFICS} - {"mrs", "mme", "madame"}
"""Words before a name that one source gives and another does not. Mrs is none: Mrs. Henry Wood is not Henry Wood."""

Form = tuple[str, ...]
"""The folded words of a name in order, each initial a word of its own: ("h", "g", "wells")."""


def without_address(name: str) -> str:
    """`name` without the forms of address before it: Sir Walter Scott gives Walter Scott, Sir Walter remains."""
    words = name.split()
    while len(words) > 2 and fold(words[0]).rstrip(".") in _ADDRESSES:
        del words[0]
    return " ".join(words)


def name_keys(names: Iterable[str]) -> set[str]:
    """The match keys of `names` without forms of address: authors who share one have a name in common."""
    return {key for name in names if (key := match_key(without_address(name)))}


def name_forms(names: Iterable[str]) -> set[Form]:
    """The words of each name that has a forename and a family name; the family name is its last word, not a letter."""
    forms = (_form(without_address(name)) for name in names)
    return {form for form in forms if len(form) > 1 and len(form[-1]) > 1}


def family_keys(names: Iterable[str]) -> set[str]:
    """Keys of which two authors have one in common if their `names` agree: family names, and whole names."""
    return {form[-1] for form in name_forms(names)} | name_keys(names)


def initials_key(form: Form) -> str:
    """The family name and the initials of the forenames: equal for forms of which one may abbreviate the other."""
    return " ".join([form[-1], *(word[0] for word in form[:-1])])


def has_initials(form: Form) -> bool:
    """Whether a forename is only a letter."""
    return any(len(word) == 1 for word in form[:-1])


def names_agree(one: Collection[str], other: Collection[str]) -> bool:
    """Whether two authors with the names `one` and `other` may be one: a name of each fits, and no fuller form differs.

    Two names fit if their words are equal in number and equal, an initial being equal to a word that begins with it.
    Robert W. Chambers fits R. W. Chambers, but not where that author is called Raymond Wilson Chambers too. Names of
    one word fit if their match keys are equal.
    """
    mine, its = name_forms(one), name_forms(other)
    fitting = [(form, match) for form in mine for match in its if _fits(form, match)]
    if not fitting:
        return not name_keys(one).isdisjoint(name_keys(other))
    return any(
        _fits(full, fuller)
        for form, match in fitting
        for full in _fullest(form, mine)
        for fuller in _fullest(match, its)
    )


def _form(name: str) -> Form:
    words: list[str] = []
    for word in name.split():
        words += initials(word) or match_key(word).split()
    return tuple(words)


def _fits(one: Form, other: Form) -> bool:
    return (
        len(one) == len(other)
        and one[-1] == other[-1]
        and all(
            a == b or (min(len(a), len(b)) == 1 and a[0] == b[0]) for a, b in zip(one[:-1], other[:-1], strict=True)
        )
    )


def _fullest(form: Form, forms: Collection[Form]) -> list[Form]:
    """Those of `forms` that `form` may abbreviate and that none of the others spells out further."""
    fuller = [other for other in forms if _spells_out(other, form)]
    return [other for other in fuller if not any(_spells_out(more, other) for more in fuller if more != other)]


def _spells_out(full: Form, short: Form) -> bool:
    return _fits(full, short) and all(len(a) >= len(b) for a, b in zip(full, short, strict=True))
