"""Splits titles as Project Gutenberg and MARC write them into title, subtitle, part and statement of responsibility.

The marks between these elements are those of ISBD: https://www.ifla.org/references/best-practice-for-isbd/
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from books.importing.record_bounds import TEXTS
from core.text import match_key, nfc

UNTITLED = "[Untitled]"

# C1 controls that are misconverted Windows-1252 punctuation are mapped to it; other control characters are deleted.
_CONTROLS: dict[int, str | None] = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)])
_CONTROLS |= dict.fromkeys([0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF])
_CONTROLS |= {0x85: "…", 0x91: "‘", 0x92: "’", 0x93: "“", 0x94: "”", 0x96: "–", 0x97: "—"}
_CONTROLS |= dict.fromkeys([0x09, 0x0A, 0x0B, 0x0C, 0x0D], " ")
# Zero-width joiners stay, because Persian and Indic scripts spell with them.
del _CONTROLS[0x200C], _CONTROLS[0x200D]

_LINES = re.compile(r"[\r\n]+")
# A MARC subfield code is a word of its own, or follows an ISBD mark without a space after it (` :$bsubtitle`);
# "$100" and "$hort" are text. A lone `$` after a mark is taken for `$b` with its letter missing.
_SUBFIELD = re.compile(r"\$([abchnpv])(?=[\s:;]|$)|(?<=[:;/=,.])\$([abchnpv])|(?<=[:;/=]\s)\$(?=\s)")

_UNIT = (
    r"volumes?|vols?|parts?|pt|books?|bk|series|serie|série|numbers?|issue|slice|chapters?|canto|tomes?|tomos?"
    r"|livres?|livro|libro|partie|parte|band|bände|bd|th?eile?|heft|buch|abth?eilung|deel|del|osa|kötet"
)
_ROMAN = r"(?-i:[IVXLCDM]+)\b"
_ORDINALS = (
    r"first|second|third|(?:four|fif|six|seven|eigh|nin|ten)th|prim\w+|premi\w+|second[aeo]|segund[ao]|deuxième"
    r"|ter[cz]\w+|troisième|[qc]uart\w+|quint[ao]"
)
_COUNT = rf"(?:the\s+)?(?:\d+\b|{_ROMAN}|(?:one|two|three|four|five|six|seven|eight|nine|ten|last|{_ORDINALS})\b)"
_ORDINAL = (
    rf"\d+(?:st|nd|rd|th|\.|º|ª|er|e|ème)|{_ORDINALS}|(?:erst|zweit|dritt|viert|fünft|sechst)e[rsn]?"
    r"|första|andra|tredje|eerste|tweede|derde"
)
# "No" needs a figure or a full stop, because of titles like "No one" and "No I never".
_VOLUME = re.compile(
    rf"\(?(?:(?:{_UNIT})(?:\.\s*|\s+){_COUNT}|(?:{_ORDINAL})\s+(?:{_UNIT})\b"
    rf"|(?:nos?|nr|num)(?:\.\s*(?:\d|{_ROMAN})|\s+\d)|v\.?\s*\d)",
    re.IGNORECASE,
)
_WITHIN = re.compile(rf"(?:(?<=[\s(\[,.:;–—-])|^){_VOLUME.pattern}[)\]]?", re.IGNORECASE)
_BY = r"(?:by|par|von)"
_ROLES = (
    r"(?:written|told|retold|compiled|collected|selected|arranged|adapted|narrated|painted|described)(?: and \w+)? "
)
# The beginning of a statement of responsibility, but also of lines about a method: "by food, air and exercise".
_RESPONSIBILITY = re.compile(
    rf"(?:translated|edited|traduite?|übersetzt|herausgegeben)\b|(?:{_ROLES})?{_BY} ", re.IGNORECASE
)
# Verbs that only persons and bodies can be the agent of; a text may be arranged by subject or written by candlelight.
_BY_SOMEBODY = re.compile(
    r"(?:(?:\w+ and )?(?:translated|edited|traduite?|übersetzt|herausgegeben)\b.*?\s|(?:compiled|collected|painted) )"
    rf"{_BY}\s+(?!(?:means|order|command|way|authority|direction|permission|request)\b)[\"'“‘«]?(?-i:[^\W\d_a-zß-öø-ÿ])"
    rf"|(?:{_ROLES})?{_BY} (?:(?:him|her|them)sel(?:f|ves)\b|the authors? of\b)",
    re.IGNORECASE,
)
_BY_ONE = re.compile(rf"(?:{_ROLES})?{_BY} ", re.IGNORECASE)
_NAMED_WITHIN = 10
"""An ambiguous `by` introduces a statement of responsibility if an author's name is among so many words after it."""

_TARGETS = {"a": "title", "b": "subtitle", "c": "responsibility", "n": "part", "p": "part", "v": "part"}
# A line of at least so many characters that ends without punctuation was wrapped: the next one continues it.
_WRAPPED = 40
_MARKS = ",;:/="


class Title(NamedTuple):
    """The elements of a split title; `title` is never empty."""

    title: str
    subtitle: str = ""
    part: str = ""
    responsibility: str = ""


def clean(text: str) -> str:
    """`text` as one line in composed form (NFC) with single spaces, without control or directional characters."""
    if not text.isprintable():
        text = text.translate(_CONTROLS)
    elif text.isascii() and "  " not in text:
        return text.strip()
    return nfc(" ".join(text.split()))


def without_mark(text: str) -> str:
    """`text` without ISBD's marks at its end: `,`, `:`, `;`, and `/` or `=` after a space. Other punctuation stays."""
    if text[-1:] not in _MARKS:
        return text
    core = text.rstrip(" " + _MARKS)
    tail = text[len(core) :]
    # A slash or equals sign without a space before it belongs to the word: "and/", "E=".
    return core + tail[: len(tail) - len(tail.lstrip("/="))]


def shortened(text: str, length: int) -> tuple[str, str]:
    """The first `length` characters of `text`, or fewer so that no word is cut, and the rest of the text."""
    if len(text) <= length:
        return text, ""
    end = text.rfind(" ", 0, length + 1)
    end = end if end > 0 else length
    return text[:end].rstrip(), text[end:].lstrip()


def volumes_in(text: str) -> list[str]:
    """What `text` names of parts or volumes, such as `Vol. 2`, in order."""
    return [match[0] for match in _WITHIN.finditer(text)]


def without_volumes(text: str) -> str:
    """`text` without what `volumes_in` finds in it."""
    return _WITHIN.sub(" ", text)


def split_title(raw: str, headings: Sequence[str] = ()) -> Title:
    """Split `raw`, a title with line breaks and MARC subfield codes, into its elements.

    The first `$b` or line break ends the title. The rest is subtitle, except lines that name a volume (part) and
    statements of responsibility: `translated` or `edited` by a name, or `by` an author; `headings` are the authors'
    headings. The excess of a title or part that is too long is put into the subtitle.
    """
    if "$" not in raw and "\n" not in raw and "\r" not in raw:
        title, rest = shortened(without_mark(clean(raw)), TEXTS["title"])
        return Title(title or UNTITLED, rest)
    elements = _Elements(headings)
    for line in _LINES.split(raw):
        start, code = 0, ""
        for match in _SUBFIELD.finditer(line):
            elements.add(code, clean(line[start : match.start()]))
            start, code = match.end(), match[1] or match[2] or "b"
        elements.add(code, clean(line[start:]))
    return elements.title()


class _Elements:
    """Collects the elements of one title from its lines and MARC subfields."""

    def __init__(self, headings: Sequence[str]) -> None:
        self.headings = headings
        self.elements: dict[str, list[str]] = {"title": [], "subtitle": [], "part": [], "responsibility": [], "": []}
        self.last = ""
        self.previous = ""

    def add(self, code: str, text: str) -> None:
        """Add one piece of text to the element it belongs to; `code` is its subfield code, "" for a plain line."""
        if self.last:
            text = text.lstrip(" :;=/")
        if not text:
            return
        target = _TARGETS.get(code, "") if code else self._target(text)
        if target == "title" and self.elements["title"]:
            target = "subtitle"
        joined = self.elements[target]
        if joined and not code and target == self.last and self._continues(text):
            joined[-1] += " " + text
        else:
            joined.append(text)
        self.last, self.previous = target, text

    def _target(self, text: str) -> str:
        if not self.last:
            return "title"
        if self.last != "title" and self._continues(text):
            return self.last
        if _VOLUME.match(text):
            return "part"
        return "responsibility" if self._names_somebody(text) else "subtitle"

    def _names_somebody(self, text: str) -> bool:
        """Whether `text` is surely a statement of responsibility: it says who did something, or names an author."""
        if _BY_SOMEBODY.match(text):
            return True
        opening = _BY_ONE.match(text)
        if not opening:
            return False
        named = f" {' '.join(match_key(text[opening.end() :]).split()[:_NAMED_WITHIN])} "
        family_names = (match_key(heading.partition(",")[0]) for heading in self.headings)
        return any(f" {name} " in named for name in family_names if name)

    def _continues(self, text: str) -> bool:
        """Whether `text` goes on with the line before it, which was wrapped."""
        if self.previous.endswith(",") or text.startswith(("and ", "& ")):
            return True
        wrapped = len(self.previous) >= _WRAPPED and self.previous[-1] not in ".;:!?)]\"'”’»"
        opens = _VOLUME.match(text) or _RESPONSIBILITY.match(text)
        return wrapped and (text[0].islower() or not opens)

    def title(self) -> Title:
        """The Title made of the pieces collected so far.

        Pieces of one element are joined, without the marks between them.
        """
        title, subtitle = (without_mark(" ".join(self.elements[name])) for name in ("title", "subtitle"))
        if not title:
            title, subtitle = subtitle, ""
        part = ", ".join(without_mark(piece) for piece in self.elements["part"])
        if part.startswith("(") and part.endswith(")") and part.count("(") == 1:
            part = part[1:-1]
        title, title_rest = shortened(title, TEXTS["title"])
        part, part_rest = shortened(part, TEXTS["part"])
        subtitle = " ".join(filter(None, (title_rest, subtitle, part_rest)))
        responsibility = " ; ".join(without_mark(piece) for piece in self.elements["responsibility"])
        return Title(title or UNTITLED, subtitle, part, responsibility)
