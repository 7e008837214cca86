"""Parses the dates in a library heading: `1743-1826`, `621? BCE-565? BCE`, `active 16th century`."""

import re

from authors.models import is_year

Lifespan = tuple[int | None, int | None]

LONGEST_LIFE = 130
"""Years of a life beyond which its dates are misprints; Ramanuja's 1017-1137 is a tradition worth keeping."""

_ABOUT = r"(?:(?:approximately|approx\.|circa|ca?\.|about|before|after)\s*)?"
_ERA = r"(?:\s*(?P<{0}_era>B\.?\s?C\.?(?:\s?E\.?)?|C\.?E\.?|A\.?\s?D\.?))?"
# Of "1850 or 51", "1849/50" and RDA's "1850 January 3" only the first year is used.
_MORE = r"(?:\s*(?:or|/)\s*\d+\??)?(?:\s+(?-i:[A-Z][a-z]{{2,}})(?:\s+\d{{1,2}})?)?"
_YEAR = _ABOUT + r"(?P<{0}>\d{{1,4}})\s*\??" + _MORE + _ERA + r"\s*\??"
_DIGIT = re.compile(r"\d")
_SPAN = re.compile(rf"(?:{_YEAR.format('birth')})?\s*[-–—]\s*(?:{_YEAR.format('death')})?", re.IGNORECASE)
_BORN = re.compile(rf"(?:b\.|born)\s*{_YEAR.format('birth')}", re.IGNORECASE)
_DIED = re.compile(rf"(?:d\.|died)\s*{_YEAR.format('death')}", re.IGNORECASE)
# Years of activity and of Chinese examination degrees (jinshi, juren) give neither birth nor death.
_UNDATED = re.compile(
    r"(?:active|fl\.|flourished|working|jin\s?shi|ju\s?ren)\b.*|.*\d.*\bcent(?:ury|\.).*|[\d\s?./\[\]–—-]*\d[\d\s?./\[\]–—-]*"
    rf"|{_YEAR.format('year')}",
    re.IGNORECASE,
)


def parse_lifespan(text: str) -> Lifespan | None:
    """The years of birth and death that `text` says, BCE as negative numbers; None if `text` is not a date.

    A year that is unknown, or 0, is None. Both are None if one is out of range, or the life would be too long.
    """
    if not _DIGIT.search(text):
        return None
    for pattern in (_SPAN, _BORN, _DIED):
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
