"""Language codes: reads a code of any part of ISO 639, and gives the shortest code of that language."""

import re
from functools import lru_cache

from langcodes import Language, tag_is_valid
from langcodes.data_dicts import LANGUAGE_ALPHA3, LANGUAGE_ALPHA3_BIBLIOGRAPHIC

_TAG = re.compile(r"([a-z]{2,3})(-[a-z0-9-]+)?")

# Language.get() alone would follow CLDR, which writes Tagalog (tl) as Filipino (fil), Dari (prs)
# as Persian and Serbo-Croatian (sh) as Serbian. A catalogue keeps what ISO 639 tells apart.
_OLD = {"iw": "he", "in": "id", "ji": "yi", "jw": "jv", "mo": "ro", "mol": "ro", "hbs": "sh", "scc": "sr", "scr": "hr"}
# The library's table also lists retired two-letter codes, behind those that replaced them: heb is he and iw.
_SHORT = {
    **{long: short for short, long in LANGUAGE_ALPHA3.items() if len(short) == 2 and short not in _OLD},
    **{long: short for short, long in LANGUAGE_ALPHA3_BIBLIOGRAPHIC.items()},
    **_OLD,
}
# Undetermined, no linguistic content, multiple, uncoded, artificial (a collection): no language.
_NONE = {"und", "zxx", "mul", "mis", "art"}


@lru_cache(maxsize=4096)
def language_code(text: str) -> tuple[str, str] | None:
    """The language and the region that a tag or code names (`eng`, `fre`, `fra`, `fr`, `en-US`, `EN`); None if unknown.

    The language is its ISO 639-1 code where there is one, else 639-3, else 639-2 or -5; the region is "" without one.
    Undetermined, multiple, unassigned and private-use codes give None.
    """
    tag = text.strip().lower().replace("_", "-")
    match = _TAG.fullmatch(tag)
    if match is None or not tag_is_valid(tag):
        return None
    code = _SHORT.get(match[1], match[1])
    if code in _NONE or "qaa" <= code <= "qtz":
        return None
    region = Language.get(tag).territory if match[2] else None
    return code, region or ""
