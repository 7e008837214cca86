"""Parses the dates in a library heading: `1743-1826`, `621? BCE-565? BCE`, `active 16th century`."""

import re

from authors.models import is_year

Lifespan = tuple[int | None, int | None]

LONGEST_LIFE = 130
"""Years of a life beyond which its dates are misprints; Ramanuja's 1017-1137 is a tradition worth keeping."""

_ABOUT = (
    r"(?:(?:approximately|approx\.?|circa|ca?\.|ca(?=\s?\d)|c(?=\d)|about|abt\.?|(?:not )?(?:before|after)|um|vers)"
    r"\s*)?"
)
_MONTH = r"(?:(?:\d{1,2}\.?\s+)?(?-i:[A-Z][a-z]{2,})\.?\s+)?"
# Of "1850 or 51", "1849/50" and RDA's "1850 January 3" only the first year is used.
_MORE = r"(?:\s*(?:or|/)\s*\d+\??)?(?:\s+(?-i:[A-Z][a-z]{2,})\.?(?:\s+\d{1,2})?)?"
# A year of which only the century or the decade is known (18--, 185-?, 18uu, 18.., 1850s), or nothing.
_VAGUE = _ABOUT + r"(?:\d{1,3}(?:-{1,3}|u{1,3}|\.{2,3})\s*\??|\d{1,4}s|u{4}|\?)"
_DIGIT = re.compile(r"\d")


def _year_named(name: str) -> str:
    """The pattern of a year, with the group `name` for its digits and another for its era."""
    era = rf"(?:\s*(?P<{name}_era>B\.?\s?C\.?(?:\s?E\.?)?|C\.?E\.?|A\.?\s?D\.?))?"
    return rf"{_ABOUT}(?P<{name}>\d{{1,4}})\s*\??{_MORE}{era}\s*\??"


_BIRTH, _DEATH = _year_named("birth"), _year_named("death")
_LIVES = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        *(
            rf"(?:{_MONTH}{birth})?\s*[-–—]\s*(?:{_MONTH}{death})?"
            for birth, death in ((_BIRTH, _DEATH), (_VAGUE, _DEATH), (_BIRTH, _VAGUE), (_VAGUE, _VAGUE))
        ),
        rf"(?:b\.|born|geb\.|\*)\s*{_MONTH}{_BIRTH}",
        rf"(?:d\.|died|gest\.|†)\s*{_MONTH}{_DEATH}",
    )
]
# Years of activity and of Chinese examination degrees (jinshi, juren) give neither birth nor death.
_UNDATED = re.compile(
    r"(?:active|fl\.?|flor\.|flourished|working|jin\s?shi|ju\s?ren)\s.*|.*\d.*\bcent(?:ury|uries)?\b.*"
    r"|[\d\s?./\[\]–—-]*\d[\d\s?./\[\]–—-]*"
    rf"|{_year_named('year')}|{_VAGUE}",
    re.IGNORECASE,
)


def parse_lifespan(text: str) -> Lifespan | None:
    """The years of birth and death that `text` says, BCE as negative numbers; None if `text` is not a date.

    A year that is unknown, or 0, is None. Both are None if one is out of range, or the life would be too long.
    """
    if not _DIGIT.search(text):
        return None
    text = text.replace("[", "").replace("]", "").strip()
    text = text if text.endswith("..") else text.removesuffix(".")
    for pattern in _LIVES:
        if match := pattern.fullmatch(text):
            years = match.groupdict()
            birth = _year(years.get("birth"), years.get("birth_era"))
            death = _year(years.get("death"), years.get("death_era"))
            return _plausible(birth, death, not years.get("birth_era"))
    return (None, None) if _UNDATED.fullmatch(text) else None


def _year(digits: str | None, era: str | None) -> int | None:
    if digits is None or not int(digits):
        return None
    return -int(digits) if era and era[0] in "Bb" else int(digits)


def _plausible(birth: int | None, death: int | None, no_birth_era: bool) -> Lifespan:
    if birth and death and death < 0 < birth and no_birth_era:
        birth = -birth  # "496-406 BCE" gives the era once
    if any(year is not None and not is_year(year) for year in (birth, death)):
        return None, None
    if birth is not None and death is not None and not 0 <= death - birth <= LONGEST_LIFE:
        return None, None
    return birth, death
