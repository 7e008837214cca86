"""Schemes of identifiers, who gave a book a number, and the one form of each scheme's numbers."""

import re

SINGLE_RECORD = frozenset({"gutenberg", "goodreads", "openlibrary", "oclc", "lccn", "wikidata", "asin"})
"""The schemes whose numbers each name a single record of a book. An ISBN is none: publishers give it twice."""

SHARED = frozenset({"isbn_invalid", "issn"})
"""The schemes whose numbers several books may have, so that none is known by them."""

_URLS = {
    "lccn": re.compile(r"https?://lccn\.loc\.gov/([^/]+)/?"),
    "gutenberg": re.compile(r"https?://(?:www\.)?gutenberg\.org/ebooks/([0-9]+)/?"),
    "wikidata": re.compile(r"https?://(?:www\.)?wikidata\.org/(?:entity|wiki)/(Q[0-9]+)/?"),
    "openlibrary": re.compile(
        r"(?:https?://(?:www\.)?openlibrary\.org)?/(?:books|works|authors)/(OL[0-9]+[AMW])(?:/.*)?"
    ),
}
_OCLC = re.compile(r"(?:\(ocolc\)\s*)?(?:oc[mn]|on)?\s*0*([0-9]+)", re.IGNORECASE)
_ZEROS = re.compile(r"^0+(?=[0-9]+$)")
_LCCN_SERIAL = re.compile(r"([a-z]*[0-9]{2}|[a-z]*[0-9]{4})-([0-9]{1,6})")


def normal_identifier(scheme: str, value: str) -> str:
    """The form of `value` in which it is stored and compared: `(OCoLC)ocm00000088` is 88 in the scheme oclc.

    An LCCN is normalized by https://www.loc.gov/marc/lccn-namespace.html. A value of another form stays as it is.
    """
    if (pattern := _URLS.get(scheme)) and (url := pattern.fullmatch(value.strip())):
        value = url[1]
    if scheme == "oclc":
        match = _OCLC.fullmatch(value.strip())
        return match[1] if match else value
    if scheme == "lccn" and "://" not in value:
        bare = re.sub(r"\s", "", value.partition("/")[0]).lower()
        serial = _LCCN_SERIAL.fullmatch(bare)
        return f"{serial[1]}{serial[2].zfill(6)}" if serial else bare or value
    if scheme in {"gutenberg", "goodreads"}:
        return _ZEROS.sub("", value.strip()) or value
    return value.strip().upper() or value if scheme in {"asin", "wikidata"} else value
