"""Makes the name to show, and its other forms, of the parts of a person's heading."""

import re
from dataclasses import dataclass, field

from books.importing.parsing.name_words import (
    EPITHETS,
    FORENAMES,
    HONORIFICS,
    LATE_HONORIFICS,
    PEERS,
    PLACE,
    POSTNOMINALS,
    QUALIFIERS,
    SUFFIXES,
    TITLES,
)
from core.text import fold

PARTICLES = {
    "of", "the", "de", "da", "do", "dos", "das", "di", "du", "des", "del", "della", "degli", "von", "van", "der",
    "den", "zu", "zum", "zur", "und", "la", "le", "los", "las", "el", "al", "à", "y", "ter", "ten", "bar", "ben", "ibn",
}  # fmt: skip
_INITIAL = re.compile(r"\b[^\W\d_]{1,3}\.")
_ENDS_IN_PARTICLE = re.compile(
    r"(?:^|[\s-])(?:of|de|du|di|da|do|dos|des|della|degli|von|van|der|zu|zum|[ld]['’])$", re.IGNORECASE
)
_HAS_PARTICLE = re.compile(r"\s(?:de|du|di|von|van)\s|\sd['’]", re.IGNORECASE)
_ELIDED = re.compile(r"(?:^|\s)[dl]['’]$", re.IGNORECASE)
_ARTICLE = re.compile(r"^(?:l[ae]\s+|l['’]|\d+(?:st|nd|rd|th)\s+)", re.IGNORECASE)
_CJK_NAME = re.compile("[\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]+")
# Words of Pinyin or of romanized Japanese or Korean; `Luther` and `Lowndes`, authors of translations, do not match.
# Quantifiers are possessive, because vowels split into syllables in exponentially many ways.
_INITIALS = r"(?:ch|ts|[kpt])['’]|zh|[cs]h|t[sz]|hs|[kg]w|[kgnhbpmr]y|[bcdfghjklmnpqrstwxyz]"
_SYLLABLE = rf"(?:{_INITIALS})?+[aeiouüāáǎàēéěèīíǐìōóǒòūúǔùŏŭ]{{1,3}}+(?:ng|[nrm])?+['’-]?+"
_ROMANISED = re.compile(rf"(?:(?:{_SYLLABLE})++ ?+)++", re.IGNORECASE)

_RELATIVE = re.compile(r"(?:consort|wife|husband|widow|(?:grand)?(?:son|daughter)|mother|father|brother|sister) of\s")
"""Matches a description by a relative, whose own title follows: `consort of Victoria, Queen of Great Britain`."""

Bracket = tuple[int, str, str, str]
"""A bracket of a heading: the index of its segment, and the text before, inside and after it."""


@dataclass(slots=True)
class HeadingParts:
    """The parts of a person's heading by their kind: family name, forename, title, suffix and so on."""

    family: str
    forename: str = ""
    honorific: str = ""
    title: str = ""
    suffix: str = ""
    saint: bool = False
    is_titled: bool = False
    """Whether the person surely has a title, so that `Prince` is none of the forenames."""
    epithets: list[str] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)

    def place(self, segment: str) -> None:
        """Find out which kind of part the heading's next `segment` is, and store it in the attribute of that kind."""
        first, _, after = segment.partition(" ")
        key = first.lower().rstrip(".")
        late = bool(self.forename or self.epithets or self.honorific or self.saint)
        if (self.rest and " of " in self.rest[-1]) or _RELATIVE.match(segment):
            self.rest.append(segment)  # `consort of Henry II, King of Navarre`
        elif segment.lower().rstrip(".") in SUFFIXES:
            self.suffix = f"{self.suffix} {segment}"
        elif key == "saint" and not after:
            self.saint = True
        elif not self.title and _is_title(segment, late or self.is_titled):
            self.title = _ARTICLE.sub("", segment)
        elif not self.honorific and self._is_address(key, after, late):
            self._address(first, after)
        elif key in PARTICLES or key[:2] in {"d'", "d’"} or fold(segment) in EPITHETS:
            self.epithets.append(segment)
        elif late or self.title or segment in POSTNOMINALS or segment.startswith(("a ", "an ", "pseud")):
            self.rest.append(segment)
        elif segment[0].islower():
            self.epithets.append(segment)
        else:
            self.forename = segment

    def _is_address(self, key: str, after: str, late: bool) -> bool:
        if late:  # `captain of the bark Florida` is a description
            return not after and (key in HONORIFICS or key in LATE_HONORIFICS)
        return key in HONORIFICS

    def _address(self, first: str, after: str) -> None:
        if after and (" " in after or not _ENDS_IN_PARTICLE.search(after)):
            self.honorific, self.forename = first, after  # `Madame Henri de`
        else:
            self.honorific = f"{first} {after}".strip()  # `Madame de`

    def ordered(self, forename: str, family_first: bool = False) -> str:
        """The name as it is spoken, with `forename`, suffix and epithets; the family name first if `family_first`."""
        if not forename:
            name = self.family
        elif _CJK_NAME.fullmatch(self.family + forename):
            name = self.family + forename
        elif family_first:
            name = f"{self.family} {forename}"
        elif self.title and (forename == self.family or forename.endswith(" " + self.family)):
            name = forename  # a peer's heading has the surname twice: `Nelson, Horatio Nelson, Viscount`
        else:
            name = _joined(forename, self.family)
        return " ".join([name + self.suffix, *self.epithets])


def name_forms(segments: list[str], brackets: list[Bracket], family_name_first: bool) -> tuple[str, list[str]]:
    """The name to show for a person's heading, and the other forms of the name.

    `segments` are the heading's segments without brackets, `brackets` what stood in brackets.
    """
    parts = HeadingParts(segments[0], is_titled=any(segment.startswith("consort of ") for segment in segments))
    for segment in segments[1:]:
        parts.place(segment)
    family_first = family_name_first and bool(_ROMANISED.fullmatch(f"{parts.family} {parts.forename}"))
    bare = parts.ordered(parts.forename, family_first)
    name, others = _titled(parts, bare)
    own_name = bool(parts.forename or parts.epithets or " " in parts.family)
    if parts.saint:
        name, others = (name, [*others, f"Saint {bare}"]) if own_name else (f"Saint {bare}", others)
    if parts.honorific:
        # `Wood, Henry, Mrs.` is not Henry Wood.
        if own_name and parts.honorific.lower().rstrip(".") not in {"mrs", "mme", "madame"}:
            others = [*others, name]
        name = _joined(parts.honorific, name)
    for index, before, inside, after in brackets:
        if _is_fuller(inside):
            others.append(_fuller(parts, index, before, inside, after))
    if parts.rest:
        others.append(f"{bare}, {', '.join(parts.rest)}")
    if name[0].islower() and name != bare:
        name = name[0].upper() + name[1:]  # `comte de Lautréamont` at the head of a line
    return name, others


def _is_title(segment: str, late: bool) -> bool:
    words = _ARTICLE.sub("", segment).lower().split(" ")
    if not (words[0].rstrip(".") in TITLES or words[-1] == "emperor"):
        return False
    # A capitalized title can be a forename: `Biggers, Earl Derr`, `Hoare, Prince`.
    certain = late or segment[0].islower() or words[0] not in FORENAMES or (len(words) > 1 and TITLES.issuperset(words))
    return certain or bool(_ENDS_IN_PARTICLE.search(segment) or PLACE.search(segment))


def _titled(parts: HeadingParts, bare: str) -> tuple[str, list[str]]:
    """The name to show, with the title if that is part of it, and other forms of the name that have the title.

    `bare` is the name without the title.
    """
    title, forename, family = parts.title, parts.forename, parts.family
    if not title:
        return bare, []
    first, _, after = title.partition(" ")
    peer = PEERS.get(first) if after in {"", "of"} else None
    others = [f"{peer} {family}"] if peer else []
    ends = _ENDS_IN_PARTICLE.search(title)
    if not forename:
        if ends:
            return _joined(title, bare), others
        if not PLACE.search(title):
            return f"{title} {bare}", [*others, bare]
        return (bare if " " in bare else f"{bare}, {title}"), [f"{bare}, {title}", f"{first} {bare}"]
    if not ends and (" " in title or not peer or " " not in forename or bare == forename):
        return bare, [*others, f"{bare}, {title}" if " " in title else f"{title} {bare}"]
    full = f"{forename}, {_joined(title, family)}"
    if bare == forename or _ENDS_IN_PARTICLE.search(forename):
        return bare, [*others, full]
    if peer or title.endswith(" of") or _HAS_PARTICLE.search(forename):
        return full, others
    return _joined(f"{forename} {after}", family), [*others, full]


def _is_fuller(text: str) -> bool:
    """Whether bracketed text is a fuller name and not a remark (`pseudonym`, `Author at …`, `né 1901`)."""
    words = text.split()
    named = all(word in PARTICLES or word[0].isupper() or word[:2] in {"d'", "d’"} for word in words)
    remark = any(c.isdigit() or c in ",:;" for c in text) or words[:1] in (["An"], ["A"], ["Author"])
    return bool(words) and named and not remark and fold(words[0]) not in QUALIFIERS


def _fuller(parts: HeadingParts, index: int, before: str, inside: str, after: str) -> str:
    """A person's name in spoken order, with the forenames or the maiden name that a bracket of the heading gives.

    `Nesbit, E. (Edith)` gives `Edith Nesbit`, and `Gaskell, Elizabeth (Stevenson)` `Elizabeth Stevenson Gaskell`.
    `inside` is the bracket's text, `before` and `after` are the texts beside it in the segment `index`. In the first
    segment of a heading without forenames the bracket has the whole name: `H. D. (Hilda Doolittle)`.
    """
    if index == 0 and not parts.forename:
        return inside
    if not (index == 1 and after):
        before, after = parts.forename, ""
    if not before and " " in parts.honorific:
        after = parts.honorific.split(" ", 1)[1]
    known = set(before.split()) & set(inside.split())
    spelled = not before or known or _INITIAL.search(before) or fold(before[0]) == fold(inside[0])
    return parts.ordered(" ".join(filter(None, ["" if spelled else before, inside, after])))


def _joined(first: str, last: str) -> str:
    """Two parts of a name with a space between them, or without one after `d'` and `l'`."""
    return first + last if _ELIDED.search(first) else f"{first} {last}"
