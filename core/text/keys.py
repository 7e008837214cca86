"""Keys: texts as they are compared and sorted, in code point order, on both databases."""

import re
from collections.abc import Sequence

from core.text.folding import fold
from core.text.spelling import folded_words, joined, plain_apostrophes, spelt_words, unified

LAST_CHARACTER = "\U0010ffff"
"""Sorts after every character of a key: the keys that begin with a text are those from it up to it and this."""

SORT_LENGTH = 200
"""Characters of a key; the rest is cut off, because a PostgreSQL btree refuses rows above 2,704 bytes."""

ARTICLES = {
    "en": ("the", "a", "an"),
    "fr": ("le", "la", "les", "l'", "un", "une", "des"),
    "de": ("der", "die", "das", "dem", "den", "des", "ein", "eine", "einer", "eines"),
    "es": ("el", "la", "los", "las", "lo", "un", "una", "unos", "unas"),
    "it": ("il", "lo", "la", "i", "gli", "gl'", "le", "l'", "un", "un'", "uno", "una"),
    "pt": ("o", "a", "os", "as", "um", "uma", "uns", "umas"),
    "nl": ("de", "het", "een", "t", "n"),
    "sv": ("en", "ett", "den", "det", "de"),
    "da": ("en", "et", "den", "det", "de"),
    "no": ("en", "et", "ei", "den", "det", "de"),
    "hu": ("a", "az", "egy"),
    "ca": ("el", "la", "els", "les", "l'", "un", "una"),
    "gl": ("o", "a", "os", "as", "un", "unha"),
    "af": ("die", "n"),
}
"""Leading articles by ISO 639-1 language, folded."""

_NO_NOUN = r"(?:(?:is|was|for|to|and|or|[^\W\d_])\b|[&+=/])"
"""A letter of the alphabet stands before such a word (A Is for Alibi, A to Z, A B C, A & P), an article does not."""


def _leading(articles: Sequence[str]) -> re.Pattern[str]:
    """A pattern of a folded title's beginning, up to the word after its article.

    A blank follows an article, and none follows the letter in "A-Z", "A. Lincoln" and "‘A’ Company".
    """
    long = "|".join(article for article in articles if len(article) > 1 and article[-1] != "'")
    short = "|".join(article for article in articles if len(article) == 1)
    elided = "|".join(article for article in articles if article[-1] == "'")
    ways = [rf"(?:{long})\s+"]
    if short:
        ways.append(rf"(?:{short})\s+(?!{_NO_NOUN})")
    if elided:
        ways.append(rf"(?:{elided})\s*")
    return re.compile(rf"[\W_]*(?:{'|'.join(ways)})(?=.*[^\W_])", re.DOTALL)


_LEADING = {language: _leading(articles) for language, articles in ARTICLES.items()}

_GROUPED = re.compile(r"\b\d{1,3}(?:,\d{3})+\b")
_NUMBER = re.compile(r"\b(?:0+(?=\d)|(?=\d\d))(\d+)", re.ASCII)
_SIZES = ("", "", ": ", "; ", "< ", "= ", "> ", "? ")


def match_key(text: str) -> str:
    """`text` reduced to the words of its first spelling: equal for names and titles that are the same to a reader."""
    return " ".join(spelt_words(text)[0])[:SORT_LENGTH]


def sort_name(name: str) -> str:
    """The sort key of a name: its folded words, numbers by value; the case-folded name where it has no words."""
    return _sort_key(plain_apostrophes(name)) or name.casefold()[:SORT_LENGTH]


def sort_title(title: str, language: str = "") -> str:
    """The sort key of a title: as that of a name, without the leading article of `language`.

    `language` is an ISO 639-1 code; without one no article is dropped. The key has at most
    `SORT_LENGTH` characters and is never empty for a title that has a visible character.
    """
    folded = plain_apostrophes(title)
    pattern = _LEADING.get(language)
    article = pattern.match(folded) if pattern else None
    # Articles have no accents: À in À la Carte is none.
    if pattern and article and not title.isascii() and not pattern.match(unified(title).lower()):
        article = None
    return _sort_key(folded, article.end() if article else 0) or fold(title).strip()[:SORT_LENGTH]


def title_keys(title: str, languages: Sequence[str]) -> tuple[str, str]:
    """The sort key of `title`, by the first of its book's `languages`, and its match key, which relevance compares."""
    return sort_title(title, languages[0] if languages else ""), match_key(title)


def _sort_key(folded: str, start: int = 0) -> str:
    """The words of a folded text from index `start` on; empty if there are none."""
    if "'" in folded or "&" in folded:
        folded, start = joined(folded[start:]), 0
    if "," in folded:
        folded = _GROUPED.sub(_without_commas, folded)
    return _NUMBER.sub(_by_value, " ".join(folded_words(folded, start)))[:SORT_LENGTH]


def _without_commas(match: re.Match[str]) -> str:
    return match[0].replace(",", "")


def _by_value(match: re.Match[str]) -> str:
    """A number with a mark of its size before it, so that keys in code point order are in order of value.

    The marks of two to seven digits sort between the digits and the letters, and each after that of a smaller number:
    2, `: 10`, `; 100`. The number stays a word of the key, in which suggestions look for words.
    """
    digits = match[1]
    size = len(digits)
    return (_SIZES[size] if size < len(_SIZES) else f"@{min(size, 999):03} ") + digits
