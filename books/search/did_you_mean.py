"""A search that finds nothing, with its unknown words mended.

A word is unknown if no row has it in the searched fields. It is mended to a word near it (books/search/spelling.py), to
two words that it runs together, or with the typed word beside it to the word that the two tear apart. Of the queries
that these make, those with the fewest edits are tried first, then those that most rows match, then in code point order.
"""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, groupby, pairwise, product
from typing import NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper

from authors.search import AUTHOR_INDEX
from books.search.indexes import BOOK_INDEX, SEARCHED
from books.search.spelling import alphabet, known_words, near_words
from core.search.counts import row_counts
from core.search.index import TextIndex
from core.search.query import PARTS, SEARCH_LENGTH, Match, Phrase, TextQuery, TextQueryError
from core.text import as_typed

UNKNOWN = 3
"""Most unknown words of a search that is mended; one with more finds nothing however three are mended."""

MENDS = 8
"""Most ways to mend a word that are combined, and most mended queries that are asked for."""

COUNTED = 64
"""Most ways to mend a word whose rows are counted."""

MOST_ROWS = 1_000
"""Rows at which counting stops."""


class SearchedFields(NamedTuple):
    """The fields in which a list's parameter `search` looks for words, and whether it knows phrases and exclusions."""

    text_index: TextIndex
    fields: tuple[str, ...]
    operators: bool = False

    def match(self, *phrases: Phrase) -> tuple[TextIndex, Match]:
        """The rows that have all `phrases`."""
        return self.text_index, Match(self.fields, phrases)


SEARCHES = {
    "books_book": SearchedFields(BOOK_INDEX, SEARCHED, operators=True),
    "authors_author": SearchedFields(AUTHOR_INDEX, ("names",)),
}
"""The searched fields by table of the rows that are listed."""


class _TypedWord(NamedTuple):
    """A word of the typed text, from `start` to `end`."""

    start: int
    end: int
    phrase: Phrase

    @property
    def token(self) -> str:
        """Its token; empty for a word of several, which is not mended."""
        return self.phrase.tokens[0] if len(self.phrase.tokens) == 1 else ""


class _Mend(NamedTuple):
    """The typed words numbered `first` to `last` become `words`, by so many edits."""

    edits: int
    words: tuple[str, ...]
    first: int
    last: int


class _Mended(NamedTuple):
    """The typed text with some words mended, by so many edits, and the query that it is."""

    edits: int
    text: str
    query: TextQuery


def did_you_mean(
    connection: BaseDatabaseWrapper, typed: str, searched: SearchedFields, finds: Callable[[str], bool]
) -> str | None:
    """`typed`, a search that finds nothing, with its unknown words mended; None if no such text finds anything.

    `finds` says whether a text finds rows under the list's other filters; it is asked at most MENDS times. All else
    runs at most five statements.
    """
    words = list(_typed_words(typed, searched.operators))
    unknown = _unknown(connection, typed, words, searched)
    if len(unknown) > UNKNOWN or not all(alphabet(words[place].token) for place in unknown):
        return None
    mends = _mends(connection, typed, words, unknown)
    options = [[mend for mend in mends if mend.first <= place <= mend.last] for place in unknown] or [mends]
    chosen = _most_used(connection, options, searched)
    mended = _mended(typed, words, chosen, searched.operators)
    return next((each.text for each in _ranked(connection, mended, searched) if finds(each.text)), None)


def _typed_words(typed: str, operators: bool) -> Iterator[_TypedWord]:
    """The words of `typed` that are not excluded, in order."""
    parts = [part.span() for part in PARTS.finditer(typed) if not (part[1] or part[3])]
    for start, end in parts if operators else [(0, len(typed))]:
        for inside, run in groupby(range(start, end), lambda place: _is_in_word(typed[place])):
            places = list(run)
            phrase = _phrase(typed[places[0] : places[-1] + 1]) if inside else None
            if phrase:
                yield _TypedWord(places[0], places[-1] + 1, phrase)


def _is_in_word(character: str) -> bool:
    return character.isalnum() or character in "'’" or unicodedata.category(character) in {"Mn", "Mc", "Cf", "Lm"}


def _phrase(word: str) -> Phrase | None:
    try:
        return replace(TextQuery.parse(word).include[0], prefix=False)
    except TextQueryError:
        return None


def _unknown(
    connection: BaseDatabaseWrapper, typed: str, words: Sequence[_TypedWord], searched: SearchedFields
) -> list[int]:
    """The places of the words that no row has in the searched fields; a single letter counts as known."""
    phrases = [word.phrase for word in words]
    if phrases and TextQuery.parse(typed, operators=searched.operators).include[-1].prefix:
        phrases[-1] = replace(phrases[-1], prefix=True)
    found = row_counts(connection, [searched.match(phrase) for phrase in phrases], 1)
    return [place for place, rows in enumerate(found) if not rows and len(words[place].token) != 1]


def _mends(
    connection: BaseDatabaseWrapper, typed: str, words: Sequence[_TypedWord], unknown: Sequence[int]
) -> list[_Mend]:
    """Every way to mend an unknown word; where none is unknown, to join two words."""
    tokens = [word.token for word in words]
    near = near_words(connection, {tokens[place] for place in unknown})
    mends = [_Mend(edits, (word,), p, p) for p in unknown for word, edits in near[tokens[p]].items()]
    apart = [_Mend(1, (tokens[p][:cut], tokens[p][cut:]), p, p) for p in unknown for cut in range(1, len(tokens[p]))]
    joined = [
        _Mend(1, (tokens[place] + tokens[place + 1],), place, place + 1)
        for place, (one, other) in enumerate(pairwise(words))
        if (not unknown or {place, place + 1} & {*unknown}) and typed[one.end : other.start].isspace()
    ]
    known = known_words(connection, {word for mend in apart + joined for word in mend.words if alphabet(word)})
    return mends + [mend for mend in apart + joined if known.issuperset(mend.words)]


def _most_used(
    connection: BaseDatabaseWrapper, options: Sequence[Sequence[_Mend]], searched: SearchedFields
) -> list[list[_Mend]]:
    """Of each list of mends the best MENDS: by the fewest edits, then by the number of rows that have their words."""
    counted = [sorted(mends)[:COUNTED] for mends in options]
    if len(counted) == 1 and len(counted[0]) <= MENDS:
        # All are tried as whole queries, whose rows are counted then.
        return counted
    every = list(chain.from_iterable(counted))
    rows = row_counts(connection, [searched.match(Phrase(mend.words)) for mend in every], MOST_ROWS)
    rank = {mend: (mend.edits, -number, mend) for mend, number in zip(every, rows, strict=True) if number}
    return [sorted(filter(rank.__contains__, mends), key=rank.__getitem__)[:MENDS] for mends in counted]


def _mended(
    typed: str, words: Sequence[_TypedWord], options: Sequence[Sequence[_Mend]], operators: bool
) -> list[_Mended]:
    """At most MENDS texts in which each list of mends has one applied, those with the fewest edits and best mends."""
    texts: dict[str, _Mended] = {}
    ranked = sorted(product(*map(enumerate, options)), key=_cost)
    for mends in ranked:
        applied = sorted({mend for _, mend in mends}, key=lambda mend: mend.first)
        if any(one.last >= other.first for one, other in pairwise(applied)):
            continue
        text = typed
        for mend in reversed(applied):
            text = text[: words[mend.first].start] + " ".join(map(as_typed, mend.words)) + text[words[mend.last].end :]
        if len(text) <= SEARCH_LENGTH:
            query = TextQuery.parse(text, operators=operators)
            if applied[-1].last == len(words) - 1:
                # What is found by the whole word is found by its beginning too, which takes longer.
                query = replace(query, include=(*query.include[:-1], replace(query.include[-1], prefix=False)))
            texts.setdefault(text, _Mended(sum(mend.edits for mend in applied), text, query))
        if len(texts) == MENDS:
            break
    return [*texts.values()]


def _cost(mends: Sequence[tuple[int, _Mend]]) -> tuple[int, int]:
    return sum(mend.edits for mend in {mend for _, mend in mends}), sum(place for place, _ in mends)


def _ranked(connection: BaseDatabaseWrapper, mended: Sequence[_Mended], searched: SearchedFields) -> list[_Mended]:
    """The texts that find something, best first."""
    matches = [(searched.text_index, each.query.within(*searched.fields)) for each in mended]
    rows = row_counts(connection, matches, MOST_ROWS)
    found = [(each.edits, -number, each.text, each) for each, number in zip(mended, rows, strict=True) if number]
    return [each for *_, each in sorted(found, key=lambda one: one[:3])]
