"""Tokens: what the search index stores of a text, and what is looked for in it."""

import re

from core.text.folding import DOT, PLUS, SHARP
from core.text.spelling import Words, sought_words, spelt_words

TOKEN_LENGTH = 64
"""Characters of a token; the rest is cut off, in the index and in queries alike."""

# Chinese and Japanese, then Thai, Lao, Burmese and Khmer: scripts that put no blanks between words.
_UNSPACED = (
    "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
    "\u0e00-\u0eff\u1000-\u109f\ua9e0-\ua9fe\uaa60-\uaa7f\u1780-\u17ff"
)
_RUN = re.compile(rf"[{_UNSPACED}]+|[^{_UNSPACED}]+")
_IS_UNSPACED = re.compile(rf"[{_UNSPACED}]")


def spellings(text: str) -> tuple[Words, ...]:
    """The tokens that the index stores for `text` in each of its spellings; there are at most five.

    Words; runs of Chinese, Japanese, Thai, Lao, Khmer and Burmese as overlapping pairs of characters. A run ABC gives
    AB, BC and C: the pairs match phrases, and with the last character every single one can be matched by prefix.
    """
    # Two spellings may have equal tokens: `0'ァ` in one word and in two, which is cut between the scripts.
    return tuple(dict.fromkeys(map(_tokens, spelt_words(text))))


def tokens(text: str) -> list[str]:
    """The tokens of the first spelling of `text`."""
    return list(_tokens(spelt_words(text)[0]))


def _tokens(cut: Words) -> Words:
    if all(map(str.isascii, cut)):
        return tuple([word[:TOKEN_LENGTH] for word in cut])
    result: list[str] = []
    for word in cut:
        if word.isascii() or not _IS_UNSPACED.search(word):
            result.append(word[:TOKEN_LENGTH])
            continue
        for run in _RUN.findall(word):
            if _IS_UNSPACED.match(run):
                result.extend(run[i : i + 2] for i in range(len(run)))
            else:
                result.append(run[:TOKEN_LENGTH])
    return tuple(result)


def query_spellings(text: str) -> tuple[Words, ...]:
    """The tokens of `text` as a phrase to search for, in its first spelling and in one other if there is one.

    Those of a run of pairs are without the lone character at its end.
    """
    return tuple(dict.fromkeys(_without_lone_end(_tokens(spelt)) for spelt in sought_words(text)))


def _without_lone_end(spelt: Words) -> Words:
    ends_alone = len(spelt) > 1 and is_lone_cjk(spelt[-1]) and spelt[-2][-1:] == spelt[-1]
    return spelt[:-1] if ends_alone else spelt


def as_typed(token: str) -> str:
    """A token as a reader would type it: C++, C# and .NET for the private-use letters of their signs."""
    word = token.replace(PLUS, "+").replace(SHARP, "#")
    return f".{word[:-1]}" if word.endswith(DOT) else word


def is_cjk(token: str) -> bool:
    """Whether `token` is of a run of Chinese, Japanese, Thai, Lao, Khmer or Burmese, which no blanks divide."""
    return bool(_IS_UNSPACED.match(token))


def is_lone_cjk(token: str) -> bool:
    """Whether `token` is a single character of such a run, which the index can only find by prefix."""
    return len(token) == 1 and is_cjk(token)
