"""The one place where text is folded, cut into tokens and turned into sort keys.

Both databases store and compare what these functions return and never fold text themselves, so that
a query finds and sorts the same rows on each.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

# Letters that Unicode does not decompose, and the apostrophe-like modifier letters that
# romanisation schemes put inside words (Hawaiʻi, Solzhenit︠s︡yn's soft sign ʹ).
_LETTERS = str.maketrans(
    {
        "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i",
        "ħ": "h", "ŧ": "t", "ŋ": "ng", "ĸ": "k", "ɛ": "e", "ɔ": "o", "ə": "e",
        **{chr(code): "" for code in range(0x02B0, 0x0300) if unicodedata.category(chr(code)) in {"Lm", "Sk"}},
    }
)  # fmt: skip
# Spacing vowel signs are part of a word in Indic scripts although \w leaves them out.
_SPACING_MARKS = "".join(chr(c) for c in range(0x0900, 0xAC00) if unicodedata.category(chr(c)) == "Mc")
_CJK = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(rf"(?:[^\W_]|[{_SPACING_MARKS}])+")
_RUN = re.compile(rf"[{_CJK}]+|[^{_CJK}]+")
_IS_CJK = re.compile(rf"[{_CJK}]")
_ASCII_WORD = re.compile(r"[a-z0-9]+")

SLUG_CHARACTER = r"[^\u0000-,./:-@\[-\^`{-\u009f\ufffd]"
SLUG = f"{SLUG_CHARACTER}{{1,160}}"
"""The pattern of a slug: words of any script joined by hyphens. It excludes ASCII punctuation and control characters
rather than naming letters, because every regular expression engine that reads openapi.yaml takes that alike."""


_MOST_CHARACTERS = 8_192
"""Most characters in the cache of `_Unmarked`: Gutenberg's titles have 841, a client's queries may have a million."""


class _Unmarked(dict[int, int | None]):
    """A table for `str.translate` that removes marks and format characters; each character is looked up once."""

    def __missing__(self, code: int) -> int | None:
        if len(self) >= _MOST_CHARACTERS:
            self.clear()
        self[code] = unmarked = None if unicodedata.category(chr(code)) in {"Mn", "Me", "Cf"} else code
        return unmarked


_UNMARKED = _Unmarked()

LAST_CHARACTER = "\U0010ffff"
"""Sorts after every character of a key: the keys that begin with a text are those from it up to it and this."""

TOKEN_LENGTH = 64
"""Characters of a token; the rest is cut off, in the index and in queries alike."""

SORT_LENGTH = 200
"""Characters of a sort key; the rest is cut off, because a PostgreSQL btree refuses rows above 2,704 bytes."""

ARTICLES = {
    "en": {"the", "a", "an"},
    "fr": {"le", "la", "les", "l", "un", "une", "des"},
    "de": {"der", "die", "das", "dem", "den", "des", "ein", "eine", "einer", "eines"},
    "es": {"el", "la", "los", "las", "lo", "un", "una", "unos", "unas"},
    "it": {"il", "lo", "la", "i", "gli", "le", "l", "un", "uno", "una"},
    "pt": {"o", "a", "os", "as", "um", "uma", "uns", "umas"},
    "nl": {"de", "het", "een", "t", "n"},
    "sv": {"en", "ett", "den", "det", "de"},
    "da": {"en", "et", "den", "det", "de"},
    "no": {"en", "et", "ei", "den", "det", "de"},
    "hu": {"a", "az", "egy"},
    "ca": {"el", "la", "els", "les", "l", "un", "una"},
    "gl": {"o", "a", "os", "as", "un", "unha"},
    "af": {"die", "n"},
}
"""Leading articles by ISO 639-1 language, folded; `l` is what `l'` leaves, since an apostrophe ends a token."""


def nfc(text: str) -> str:
    """`text` in Unicode's composed form (NFC), in which texts are stored."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """`text` without case, marks or compatibility forms, so that equal words compare equal.

    NFKC and full case folding (Unicode 3.13, "Default Caseless Matching"), non-spacing marks
    stripped, letters such as ø ł œ written plainly. Folding twice changes nothing.
    """
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS)
    text = unicodedata.normalize("NFKD", text).casefold().translate(_UNMARKED)
    return unicodedata.normalize("NFC", text).translate(_LETTERS)


def words(text: str) -> list[str]:
    """The folded words of `text`, in order, without punctuation."""
    return list(_words(text))


# Loading a book cuts its title into words three times: for its tokens, its sort key and its match key.
@lru_cache(maxsize=256)
def _words(text: str) -> tuple[str, ...]:
    folded = fold(text)
    return tuple((_ASCII_WORD if folded.isascii() else _WORD).findall(folded))


def tokens(text: str) -> list[str]:
    """The tokens that the index stores for `text`: its words; Chinese and Japanese runs as overlapping pairs.

    A run ABC gives AB, BC and C: the pairs match phrases, and with the last character every single
    one can be matched by prefix. No stemming.
    """
    cut = _words(text)
    if all(map(str.isascii, cut)):
        return [word[:TOKEN_LENGTH] for word in cut]
    result: list[str] = []
    for word in cut:
        if word.isascii() or not _IS_CJK.search(word):
            result.append(word[:TOKEN_LENGTH])
            continue
        for run in _RUN.findall(word):
            if _IS_CJK.match(run):
                result.extend(run[i : i + 2] for i in range(len(run)))
            else:
                result.append(run[:TOKEN_LENGTH])
    return result


def query_tokens(text: str) -> list[str]:
    """The tokens of `text` as a phrase to search for: those of `tokens` without a last CJK run's lone character."""
    result = tokens(text)
    if len(result) > 1 and len(result[-1]) == 1 and _IS_CJK.match(result[-1]) and result[-2][-1:] == result[-1]:
        result.pop()
    return result


def is_cjk(token: str) -> bool:
    """Whether `token` is cut from a run of Chinese or Japanese characters, in which no blanks separate words."""
    return bool(_IS_CJK.match(token))


def is_lone_cjk(token: str) -> bool:
    """Whether `token` is a single CJK character, which the index can only find by prefix."""
    return len(token) == 1 and is_cjk(token)


def match_key(text: str) -> str:
    """The folded words of `text`, joined by blanks: equal for names or titles that a reader takes for the same."""
    return " ".join(words(text))[:SORT_LENGTH]


def sort_name(name: str) -> str:
    """The sort key of a name: its folded words, or the case-folded name where it has no words."""
    return match_key(name) or name.casefold()[:SORT_LENGTH]


def sort_title(title: str, language: str = "") -> str:
    """The sort key of a title: its folded words without the leading article of `language`.

    `language` is an ISO 639-1 code; without one no article is dropped. The key has at most
    `SORT_LENGTH` characters and is never empty for a title that has a visible character.
    """
    return sort_words(words(title), language) or fold(title).strip()[:SORT_LENGTH]


def title_keys(title: str, languages: Sequence[str]) -> tuple[str, str]:
    """The sort key of `title`, in the first of its book's `languages`, and its match key (`match_key`)."""
    return sort_title(title, languages[0] if languages else ""), match_key(title)


def sort_words(found: list[str], language: str) -> str:
    """The sort key of a title whose folded words are `found`, in the language `language`; "" without words."""
    if len(found) > 1 and found[0] in ARTICLES.get(language, ()):
        found = found[1:]
    return " ".join(found)[:SORT_LENGTH]
