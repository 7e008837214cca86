"""Corrects one typo in each word of a query that is typed for suggestions.

Every text at one edit from a word is made and looked up in the vocabulary: Peter Norvig, "How to Write a Spelling
Corrector" (2007), with the edits of F. J. Damerau, "A technique for computer detection and correction of spelling
errors" (1964). A table of deletions (Wolf Garbe's SymSpell) would ask for fewer, but is eight times as large as the
vocabulary, and every load would have to write it.
"""

from collections.abc import Iterator
from itertools import chain

from django.db.backends.base.base import BaseDatabaseWrapper

from books.suggestions.query import Group, Token, Typed, WordCounts, counted

SHORTEST, LONGEST = 4, 24
"""Fewest and most letters of a word that is corrected."""

CORRECTED_WORDS = 6
"""Most words of a query that are corrected: each costs some 500 look-ups."""

MEANT = 8
"""Most corrections of a word; the commonest words are taken."""

MANY_BEGUN = 50
"""Words with one prefix that are counted, to estimate how common it is."""

_SCRIPTS = (
    "abcdefghijklmnopqrstuvwxyz",
    *(
        "".join(map(chr, range(first, last + 1)))
        for first, last in (
            (0x03B1, 0x03C9), (0x0430, 0x045F), (0x0561, 0x0586), (0x05D0, 0x05EA), (0x0621, 0x064A), (0x10D0, 0x10F0),
        )
    ),
)  # fmt: skip
"""Letters of alphabets as folding leaves them: Latin, Greek, Cyrillic, Armenian, Hebrew, Arabic, Georgian."""


def edits(word: str) -> set[str]:
    """Every text at Damerau-Levenshtein distance 1 from `word`: one letter less, more or other, or two swapped."""
    # Letters of the script of most of the word: a letter of another is itself the typo, a look-alike on a keyboard of
    # two scripts. With the letters of every script in a word, six words had 64,000 edits.
    letters = max(_SCRIPTS, key=lambda script: sum(map(script.count, word)))
    if set(letters).isdisjoint(word):
        letters = ""
    cuts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    result = {left + right[1:] for left, right in cuts if right}
    result |= {left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1}
    result |= {left + letter + right[1:] for left, right in cuts if right for letter in letters}
    result |= {left + letter + right for left, right in cuts for letter in letters}
    return result - {word}


def corrected(connection: BaseDatabaseWrapper, typed: Typed) -> Typed | None:
    """A Typed in which each word may also be one of the vocabulary that is one edit away; None if no word has any."""
    meant = {token: [Token(edit, token.prefix) for edit in edits(token.text)] for token in _doubtful(typed)}
    known = counted(connection, list(chain(*meant.values(), meant)), MANY_BEGUN) if meant else {}
    groups = tuple(_widened(group, meant.get(group.tokens[0], []), known) for group in typed.groups)
    return Typed("", groups) if any(len(group.tokens) > 1 for group in groups) else None


def _doubtful(typed: Typed) -> Iterator[Token]:
    tokens = [group.tokens[0] for group in typed.groups]
    spelt = [t for t in tokens if SHORTEST <= len(t.text) <= LONGEST and t.text.isalpha() and not t.cjk]
    yield from spelt[-CORRECTED_WORDS:]


def _widened(group: Group, meant: list[Token], known: dict[Token, WordCounts]) -> Group:
    found = sorted((token for token in meant if token in known), key=lambda token: (-sum(known[token]), token))[:MEANT]
    return Group((*group.tokens, *found), WordCounts.total([group.counts, *(known[token] for token in found)]))
