"""Folding: `fold` writes equal words alike, whatever their case, accents, digits or compatibility forms."""

import unicodedata

_ARABIC = {"ک": "ك", "ڪ": "ك", "ی": "ي", "ى": "ي", "ٱ": "ا", "ة": "ه", "ہ": "ه", "ھ": "ه", "ۃ": "ه", "ە": "ه", "ـ": ""}
"""Arabic and Persian forms of one letter; a hamza or madda is a mark. The last is the tatweel, which only stretches."""

# Letters that Unicode does not decompose; and the modifier letters that romanisation schemes put inside words.
_LETTERS = {
    "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i",
    "ħ": "h", "ŧ": "t", "ŋ": "ng", "ĸ": "k", "ɛ": "e", "ɔ": "o", "ə": "e", "ꞌ": "", **_ARABIC,
    **{chr(code): "" for code in range(0x02B0, 0x0300) if unicodedata.category(chr(code)) in {"Lm", "Sk"}},
}  # fmt: skip

_ACCENTS = (
    (0x0300, 0x0370), (0x0483, 0x048A), (0x0591, 0x05C8), (0x0610, 0x061B), (0x064B, 0x0660), (0x0670, 0x0671),
    (0x06D6, 0x06EE), (0x08CA, 0x0900), (0x1AB0, 0x1B00), (0x1DC0, 0x1E00), (0x20D0, 0x2100), (0x2DE0, 0x2E00),
    (0xA66F, 0xA6A0), (0xFB1E, 0xFB1F), (0xFE20, 0xFE30),
    (0x180B, 0x1810), (0xFE00, 0xFE10), (0xE0100, 0xE01F0),
)  # fmt: skip
"""First and last + 1 of the marks that only accent: of Latin, Greek and Cyrillic letters, Hebrew points, Arabic vowels.
The last three are variation selectors. All other marks make another letter (が is not か) and stay."""

PLUS, SHARP, DOT = "\ue001", "\ue002", "\ue003"
"""The letters + # . of C++, C# and .NET: private-use characters, which a text's own are never taken for."""

SLUG_CHARACTER = r"[^\u0000-,./:-@\[-\^`{-\u009f\ufffd]"
SLUG = f"{SLUG_CHARACTER}{{1,160}}"
"""The pattern of a slug: words of any script joined by hyphens. It excludes ASCII punctuation and control characters
rather than naming letters, because every regular expression engine that reads openapi.yaml takes that alike."""

_MOST_CHARACTERS = 8_192
"""Most characters in the cache of `_Plain`: Gutenberg's titles have 841, a client's queries may have a million."""


class _Plain(dict[int, int | str | None]):
    """A table for `str.translate` that writes characters plainly and drops accents; it looks each up once."""

    def __missing__(self, code: int) -> int | str | None:
        if len(self) >= _MOST_CHARACTERS:
            self.clear()
        self[code] = plain = _plain(chr(code))
        return plain


def _plain(character: str) -> int | str | None:
    if character in _LETTERS:
        return _LETTERS[character]
    category, code = unicodedata.category(character), ord(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    accents = category == "Mn" and any(first <= code < end for first, end in _ACCENTS)
    return None if accents or category in {"Me", "Cf"} or character in {PLUS, SHARP, DOT} else code


_PLAIN = _Plain()


def nfc(text: str) -> str:
    """`text` in Unicode's composed form (NFC), in which texts are stored."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """`text` without case, accents or compatibility forms, so that equal words compare equal.

    NFKC and full case folding (Unicode 3.13, "Default Caseless Matching"); marks stripped that only accent, letters
    such as ø ł œ written plainly, one form of each Arabic letter, ASCII digits. Folding twice changes nothing.
    """
    if text.isascii():
        return text.lower()
    # The iota below Greek vowels is a mark, although case folding makes a letter of it.
    text = unicodedata.normalize("NFKD", text).replace("\u0345", "").casefold()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKD", text).translate(_PLAIN))
