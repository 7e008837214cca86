"""A generated book before it is made into rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from math import exp
from random import Random
from typing import NamedTuple

from benchmarks.generating import shape
from benchmarks.generating.categories import CATEGORIES
from benchmarks.generating.people import CLASSES, PLACEHOLDERS, SHELVES, Person, author, shelf, topic
from benchmarks.generating.shape import Ranks, numbers, rank
from benchmarks.generating.words import family_names, vocabulary
from core.search.index import token_texts

_FAMILIES, _PUBLISHERS, _SERIES, _SERIES_LENGTH = 60_000, 5_000, 20_000, 12
_FIRST_ISBN_YEAR, _THIS_YEAR = 1970, 2026
_LANGUAGES = list(shape.LANGUAGES)
_CLASS_TEXTS = [token_texts(name) for name in CLASSES]
_TOPICS_KEPT = 1 << 16


@dataclass(slots=True)
class Draft:
    """Book `number` of the catalogue. Authors, topics, classes, shelves and categories are numbers too.

    `subjects` are kinds, numbers and the token texts of their names.
    """

    number: int
    title: str
    subtitle: str
    part: str
    languages: list[str]
    authors: list[int]
    persons: list[Person]
    subjects: list[tuple[str, int, list[str]]]
    categories: list[int]
    publisher: str
    series: tuple[int, str] | None
    first_published_year: int | None
    published_year: int | None
    has_isbn: bool


class _Amounts(NamedTuple):
    """The numbers of related rows of one book."""

    credits: int
    topics: int
    classes: int
    shelves: int
    categories: int
    title_words: int


# In the order of _Amounts.
_SHARES = (shape.CREDITS, shape.TOPICS, shape.CLASSES, shape.SHELVES, shape.CATEGORIES, shape.TITLE_WORDS)


class Drafting:
    """Draws books of the measured shape: the same ones in every process that has the same seed and size."""

    def __init__(self, seed: int, books: int) -> None:
        self.seed, self.books = seed, books
        self.words = vocabulary(shape.vocabulary_of(books))
        # Each distinct word is processed once: there are ten times as many in titles.
        self.titled = [word.title() for word in self.words]
        self.names = family_names(_FAMILIES)
        self.ranks = Ranks(shape.WORD_SHIFT, len(self.words))
        self.texts_of_topic = lru_cache(maxsize=_TOPICS_KEPT)(lambda each: token_texts(topic(each, self.words)))
        self.texts_of_shelf = cache(lambda each: token_texts(shelf(each, self.words)))
        self.category = Ranks(shape.CATEGORY_SHIFT, len(CATEGORIES)).at
        self.class_ = Ranks(shape.CLASS_SHIFT, len(CLASSES)).at
        self.shelf = Ranks(shape.SHELF_SHIFT, SHELVES).at
        self.publisher = Ranks(shape.PUBLISHER_SHIFT, _PUBLISHERS).at
        self.one_of_a_series = Ranks(shape.SERIES_SHIFT, _SERIES).at

    def drafts(self, random: Random, first: int, last: int) -> Iterator[Draft]:
        """Books `first` to `last` - 1."""
        count = last - first
        languages = random.choices(_LANGUAGES, weights=list(shape.LANGUAGES.values()), k=count)
        drawn = [numbers(random, shares, count) for shares in _SHARES]
        for number, language, *amounts in zip(range(first, last), languages, *drawn, strict=True):
            yield self._draft(random, number, language, _Amounts(*amounts))

    def _draft(self, random: Random, number: int, language: str, amounts: _Amounts) -> Draft:
        draw = random.random
        authors = self._authors(random, number, amounts.credits)
        drawn = self._drawn(random, amounts.title_words)
        first, year = _years(random)
        other = "fr" if language == "en" else "en"
        title = [self.titled[each] for each in drawn]
        if draw() < shape.LEADING_ARTICLES:
            title.insert(0, "The")
        under = self._drawn(random, numbers(random, shape.SUBTITLE_WORDS, 1)[0]) if draw() < shape.SUBTITLES else []
        return Draft(
            number=number,
            title=" ".join(title),
            subtitle=" ".join([self.words[each] for each in under]).capitalize(),
            part=f"Volume {1 + int(draw() * 9)}" if draw() < shape.PARTS else "",
            languages=[language, other] if draw() < shape.SEVERAL_LANGUAGES else [language],
            authors=authors,
            persons=[author(self.seed, each) for each in authors],
            subjects=self._subjects(random, number, amounts),
            categories=list(dict.fromkeys([self.category(draw()) for _ in range(amounts.categories)])),
            publisher=f"{self.names[self.publisher(draw())]} & Sons" if draw() < shape.PUBLISHERS else "",
            series=self._series(random) if draw() < shape.SERIES else None,
            first_published_year=first,
            published_year=year,
            has_isbn=year is not None and year >= _FIRST_ISBN_YEAR and draw() < shape.ISBN_BOOKS,
        )

    def _drawn(self, random: Random, words: int) -> list[int]:
        """The numbers of randomly drawn words."""
        draw, shift, scale = random.random, self.ranks.shift, self.ranks.scale
        # The body of Ranks.at, repeated here because most draws are of words.
        return [int(shift * exp(draw() * scale) - shift) for _ in range(words)]

    def description(self, random: Random) -> str:
        """A sentence."""
        return " ".join([self.words[each] for each in self._drawn(random, 20)]).capitalize() + "."

    def _series(self, random: Random) -> tuple[int, str]:
        """The number of a series, and a place in it."""
        number = self.one_of_a_series(random.random()) % len(self.words)
        return number, str(1 + int(random.random() * _SERIES_LENGTH))

    def _authors(self, random: Random, number: int, credits: int) -> list[int]:
        """New authors first, then authors of earlier books (Simon 1955), or a placeholder."""
        draw = random.random
        there, then = (len(PLACEHOLDERS) + shape.authors_by(books) for books in (number, number + 1))
        found = list(range(there, then))
        for _ in range(credits - len(found)):
            if draw() < shape.PLACEHOLDER_CREDITS:
                found.append(int(len(PLACEHOLDERS) * draw() ** 4))
            elif then > len(PLACEHOLDERS):
                found.append(len(PLACEHOLDERS) + rank(draw(), shape.AUTHOR_SHIFT, then - len(PLACEHOLDERS)))
        return list(dict.fromkeys(found))

    def _subjects(self, random: Random, number: int, amounts: _Amounts) -> list[tuple[str, int, list[str]]]:
        """Kind, number and token texts of each subject; topics are drawn like authors."""
        draw = random.random
        there, then = shape.topics_by(number), shape.topics_by(number + 1)
        found = list(range(there, then))
        if then:
            found += [rank(draw(), shape.TOPIC_SHIFT, then) for _ in range(amounts.topics - len(found))]
        return [
            *[("topic", each, self.texts_of_topic(each)) for each in dict.fromkeys(found)],
            *[("class", each, _CLASS_TEXTS[each]) for each in {self.class_(draw()) for _ in range(amounts.classes)}],
            *[
                ("shelf", each, self.texts_of_shelf(each))
                for each in {self.shelf(draw()) for _ in range(amounts.shelves)}
            ],
        ]


def _years(random: Random) -> tuple[int | None, int | None]:
    """The year of the work (a quarter of them within 15 years, half within 40), and one not before it."""
    draw = random.random
    first = _THIS_YEAR - 1 - min(600, int(random.expovariate(1 / 55)))
    year = first + int((_THIS_YEAR - first) * draw()) if draw() < shape.YEARS else None
    return (first if draw() < shape.FIRST_YEARS else None), year
