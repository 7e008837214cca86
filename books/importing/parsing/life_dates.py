"""Parses the dates in a library heading: `1743-1826`, `621? BCE-565? BCE`, `active 16th century`."""

import re

from authors.models import is_year

Lifespan = tuple[int | None, int | None]

LONGEST_LIFE = 130
"""Years of a life beyond which its dates are misprints; Ramanuja's 1017-1137 is a tradition worth keeping."""

_ABOUT = (
    r"(?:(?:approximately|approx\.?|circa|ca?\.|ca(?=\s?\d)|c(?=\d)|about|abt\.?|(?:not )?(?:before|after)|um|vers"
    r"|okolo|ok\.|ок\.|около|hacia|cerca de|omkring|omstreeks)\s*)?"
)
_MONTH = r"(?:(?:\d{1,2}\.?\s+)?(?-i:[A-Z][a-z]{2,})\.?\s+(?:\d{1,2},?\s+(?=\d))?)?"
_BORN = r"b\.|born|geb\.|geboren|\*|née?(?: en)?|n\.|nato|nata|nacid[oa](?: en)?|nar\.|ur\.|född|født|f\.|род\.|р\."
_DIED = r"d\.|died|gest\.|gestorben|†|morte?(?: en)?|m\.|zm\.|zemř\.|död|død|ум\."
_ERA = r"B\.?\s?C\.?(?:\s?E\.?)?|C\.?\s?E\.?|A\.?\s?D\.?"
# Of "1850 or 51", "1849/50" and RDA's "1850 January 3" only the first year is used.
_MORE = r"(?:\s*(?:or|/)\s*(?:\d+\??|later|earlier))?(?:\s+(?-i:[A-Z][a-z]{2,})\.?(?:\s+\d{1,2})?)?"
# A year of which only the century or the decade is known (18--, 185-?, 18uu, 18.., 1850s), or nothing, or none yet.
_VAGUE = _ABOUT + r"(?:\d{1,3}(?:-{1,3}|u{1,3}|\.{2,3})\s*\??|\d{1,4}s|u{4}|\?|present)"
_DIGIT = re.compile(r"\d")


def _year_named(name: str) -> str:
    """The pattern of a year, with the group `name` for its digits and `name`_era for its era, or `name`_eras."""
    return (
        rf"{_ABOUT}(?:A\.?\s?D\.?\s*)?(?P<{name}>\d{{1,4}})\s*\??(?:\s*(?P<{name}_era>{_ERA})\s*\??)?{_MORE}"
        rf"(?:\s*(?P<{name}_eras>{_ERA}))?\s*\??"
    )


_BIRTH, _DEATH = _year_named("birth"), _year_named("death")
_LIVES = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        *(
            rf"(?:{_MONTH}{birth})?\s*-\s*(?:{_MONTH}{death})?"
            for birth, death in ((_BIRTH, _DEATH), (_VAGUE, _DEATH), (_BIRTH, _VAGUE), (_VAGUE, _VAGUE))
        ),
        rf"(?:{_BORN})\s*(?:in\s)?{_MONTH}{_BIRTH}",
        rf"(?:{_DIED})\s*(?:in\s)?{_MONTH}{_DEATH}",
    )
]
# Years of activity and of Chinese examination degrees (jinshi, juren) give neither birth nor death.
_UNDATED = re.compile(
    r"(?:active|fl\.?|flor\.|flourished|working|tätig|actif|activo|attivo|jin\s?shi|ju\s?ren)\s.*"
    r"|.*\d.*\bcent(?:ury|uries)?\b.*|\d{1,2}\.?\s*(?:jh|jahrhundert|век)\b.*"
    r"|[\d\s?./-]*\d[\d\s?./-]*"
    rf"|{_year_named('year')}|{_VAGUE}",
    re.IGNORECASE,
)
_BEFORE_CHRIST = re.compile(
    r"v\.\s?(?:Chr|u\.\s?Z)\.|av(?:ant|\.)\s?J\.?-?\s?C\.?|a\.\s?(?:de\s)?C\.|до\s?н\.\s?э\.|p\.\s?n\.\s?e\.|f\.\s?Kr\.|eKr\.",
    re.IGNORECASE,
)
_AFTER_CHRIST = re.compile(
    r"n\.\s?(?:Chr|u\.\s?Z)\.|ap(?:r[èe]s|\.)\s?J\.?-?\s?C\.?|d\.\s?(?:de\s)?C\.|н\.\s?э\.|n\.\s?e\.|e\.\s?Kr\.|jKr\.",
    re.IGNORECASE,
)
_SIGNS = str.maketrans("–—‐‑‒―−~", "--------", "[]<>")
_TO = re.compile(r"(?<=\d)\s+(?:to|bis|до)\s+(?=\d)")


def parse_lifespan(text: str) -> Lifespan | None:
    """The years of birth and death that `text` says, BCE as negative numbers; None if `text` is not a date.

    A year that is unknown, or 0, is None. Both are None if one is out of range, or the life would be too long.
    """
    if not _DIGIT.search(text):
        return None
    text = _AFTER_CHRIST.sub("A.D.", _BEFORE_CHRIST.sub("B.C.", _TO.sub("-", text.translate(_SIGNS)).strip()))
    text = text if text.endswith("..") else text.removesuffix(".")
    for pattern in _LIVES:
        if match := pattern.fullmatch(text):
            years = match.groupdict()
            birth, birth_era = _year("birth", years)
            death, _ = _year("death", years)
            return _plausible(birth, death, not birth_era)
    return (None, None) if _UNDATED.fullmatch(text) else None


def _year(name: str, years: dict[str, str | None]) -> tuple[int | None, str]:
    """The year `name` of the groups `years`, and its era, which is "" if none stands beside it."""
    digits, era = years.get(name), years.get(f"{name}_era") or years.get(f"{name}_eras") or ""
    if digits is None or not int(digits):
        return None, era
    return (-int(digits) if era[:1] in {"B", "b"} else int(digits)), era


def _plausible(birth: int | None, death: int | None, no_birth_era: bool) -> Lifespan:
    if birth and death and death < 0 < birth and no_birth_era:
        birth = -birth  # "496-406 BCE" gives the era once
    if any(year is not None and not is_year(year) for year in (birth, death)):
        return None, None
    return (birth, death) if is_life(birth, death) else (None, None)


def is_life(birth: int | None, death: int | None) -> bool:
    """Whether somebody may have been born and have died in these years; an unknown one fits all."""
    return birth is None or death is None or 0 <= death - birth <= LONGEST_LIFE
