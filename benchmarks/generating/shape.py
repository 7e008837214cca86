"""The measured figures of a real catalogue, and draws of random numbers with the same distributions.

Measured over Project Gutenberg's catalogue of June 2026 (78,766 works), and over goodbooks-10k (10,000 works) for what
Gutenberg does not have: years, numbers, ratings, readers. Sizes grow as they do when Gutenberg's file is read from its
start: new author headings 342 to 1,000 works all the way, new topics as works ** 0.85, new title words as works ** 0.75
(Heaps' law).

Authors, topics and words are drawn by Zipf's law with Mandelbrot's shift: the share of rank r is about
1 / ((r + shift) * log((size + shift) / shift)). Of credits this gives 162, 55 and 9 works at ranks 1, 100 and 1,000
(Gutenberg without Various and Anonymous: 252, 58 and 12), of topics 3,690, 143 and 15 (3,268, 148 and 24), of title
words 6 %, 0.09 % and 0.009 % of all words (7 %, 0.08 % and 0.011 %).
"""

from collections.abc import Sequence
from itertools import accumulate
from math import exp, log
from random import Random

MEASURED = 78_766
"""Works in the catalogue that was measured."""

# Shares of works with 0, 1, 2… of each.
CREDITS = (0.056, 0.882, 0.045, 0.010, 0.004, 0.002, 0.001)
TOPICS = (0.002, 0.400, 0.273, 0.144, 0.084, 0.044, 0.022, 0.013, 0.007, 0.004, 0.003, 0.002, 0.001, 0.001)
CLASSES = (0.002, 0.957, 0.041)
SHELVES = (0.772, 0.194, 0.029, 0.005)
CATEGORIES = (0.045, 0.130, 0.350, 0.310, 0.120, 0.030, 0.010, 0.005)
TITLE_WORDS = (
    0.0, 0.048, 0.099, 0.135, 0.138, 0.120, 0.090, 0.078, 0.067, 0.059, 0.051, 0.033, 0.026, 0.018, 0.015, 0.010,
    0.007, 0.004, 0.002,
)  # fmt: skip
SUBTITLE_WORDS = (0.0, 0.01, 0.04, 0.08, 0.10, 0.10, 0.10, 0.09, 0.08, 0.07, 0.06, 0.05, 0.05, 0.04, 0.03, 0.03, 0.07)

LANGUAGES = {
    "en": 0.7948, "fr": 0.0529, "fi": 0.0462, "de": 0.0310, "nl": 0.0141, "it": 0.0140, "es": 0.0116, "hu": 0.0083,
    "pt": 0.0082, "zh": 0.0056, "sv": 0.0030, "el": 0.0028, "la": 0.0018, "da": 0.0014, "eo": 0.0014, "pl": 0.0008,
    "ca": 0.0006, "ja": 0.0005, "no": 0.0004, "cy": 0.0002, "ru": 0.0002, "is": 0.0001, "he": 0.0001, "ga": 0.00005,
}  # fmt: skip
SEVERAL_LANGUAGES = 0.003

PLACEHOLDER_CREDITS = 0.066
"""Share of credits that name nobody: Various, Anonymous, Unknown."""

NEW_AUTHORS = 0.342
"""New authors per work."""

AUTHOR_SHIFT, TOPIC_SHIFT, WORD_SHIFT, CATEGORY_SHIFT, CLASS_SHIFT, SHELF_SHIFT = 50.0, 3.0, 1.0, 1.5, 3.0, 30.0
PUBLISHER_SHIFT, SERIES_SHIFT = 5.0, 20.0

LEADING_ARTICLES = 0.18
"""Share of titles that begin with The in front of the words drawn: the is in 42 % of Gutenberg's titles."""

SUBTITLES, FIRST_YEARS, YEARS, PUBLISHERS, PAGES, RATINGS, COVERS, DESCRIPTIONS, SERIES, PARTS, ISBN_BOOKS = (
    0.19, 0.60, 0.50, 0.55, 0.50, 0.40, 0.25, 0.10, 0.06, 0.005, 0.60,
)  # fmt: skip
"""Shares of works that have each; for ISBNs, the share of works published from 1970 on."""

UNPOPULAR = 0.03
"""Share of works whose popularity is not known."""


FEWEST_WORDS = 1_000


def authors_by(works: int) -> int:
    """The number of authors of the first `works` works, without placeholders."""
    return int(NEW_AUTHORS * works)


def topics_by(works: int) -> int:
    """The number of topics of the first `works` works."""
    return int(42_131 * (works / MEASURED) ** 0.85)


def vocabulary_of(works: int) -> int:
    """The number of different words in the titles of `works` works."""
    return max(FEWEST_WORDS, int(50_172 * (works / MEASURED) ** 0.75))


class Ranks:
    """Draws ranks 0, 1, 2… by the law above."""

    def __init__(self, shift: float, size: int) -> None:
        self.shift, self.scale = shift, log((size + shift) / shift)

    def at(self, share: float) -> int:
        """The rank below which lies `share`, in [0, 1), of all draws."""
        return int(self.shift * exp(share * self.scale) - self.shift)


def rank(share: float, shift: float, size: int) -> int:
    """`Ranks.at` for a `size` that changes from draw to draw."""
    return int(shift * (1 + size / shift) ** share - shift)


def numbers(random: Random, shares: Sequence[float], count: int) -> list[int]:
    """`count` draws of 0, 1, 2…, each with its share."""
    return random.choices(range(len(shares)), cum_weights=list(accumulate(shares)), k=count)


def mixed(seed: int, number: int) -> int:
    """64 pseudo-random bits that depend on `seed` and `number` only: SplitMix64 (Steele, Lea, Flood 2014)."""
    mask = 0xFFFF_FFFF_FFFF_FFFF
    bits = (seed * 0xD1B5_4A32_D192_ED03 + (number + 1) * 0x9E37_79B9_7F4A_7C15) & mask
    bits = ((bits ^ bits >> 30) * 0xBF58_476D_1CE4_E5B9) & mask
    bits = ((bits ^ bits >> 27) * 0x94D0_49BB_1331_11EB) & mask
    return bits ^ bits >> 31
