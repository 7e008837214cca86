"""Requests made of the words of the real catalogues, the same ones each time."""

import csv
import gzip
import random
import re
import unicodedata
from collections import Counter
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

COMMON, RARE = 400, 2
"""The commonest words of the catalogues, by rank, and the most titles and names that have a rare one."""
ORDERINGS = (
    "title", "-title", "author", "-author", "popularity", "rating,-title", "-published_year,id", "first_published_year",
    "-first_published_year,title", "-popularity,title", "-id", "random",
)  # fmt: skip
FILTERS: tuple[dict[str, str], ...] = (
    {}, {"language": "fr"}, {"language_not": "en"}, {"category": "history"}, {"published_year_min": "2005"},
    {"first_published_year_max": "1600"}, {"rating_min": "4.2"}, {"search": "history"}, {"title": "the"},
)  # fmt: skip


class Asked(NamedTuple):
    """A request: what it is made of, its path below `/api/v1/` and its parameters."""

    kind: str
    path: str
    query: dict[str, str]


class RealQueries:
    """Makes requests of titles and names of Gutenberg's and goodbooks' catalogues."""

    def __init__(self, gutenberg: Path, goodbooks: Path, seed: int) -> None:
        self.titles: list[str] = []
        self.names: list[str] = []
        self.isbns: list[str] = []
        with gzip.open(gutenberg, "rt", encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                self.titles.append(" ".join(row["Title"].split()))
                self.names += row["Authors"].split("; ")
        with goodbooks.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                self.titles += [row["title"], row["original_title"]]
                self.names += row["authors"].split(", ")
                self.isbns.append(row["isbn"].zfill(10))
        self.random = random.Random(seed)

    @cached_property
    def words(self) -> Counter[str]:
        """The number of times that each word stands in a title or a name, without the signs around it."""
        return Counter(word for text in (*self.titles, *self.names) for word in words(text))

    @cached_property
    def common(self) -> list[str]:
        """The commonest words."""
        return [word for word, _ in self.words.most_common(COMMON)]

    @cached_property
    def rare(self) -> list[str]:
        """Words that hardly any title or name has."""
        return sorted(word for word, number in self.words.items() if number <= RARE and len(word) > 3)

    @cached_property
    def plain(self) -> list[str]:
        """Words of at least six Latin letters that are not too rare to be offered for a misspelt one."""
        return sorted(word for word, number in self.words.items() if number > 5 and re.fullmatch("[a-z]{6,}", word))

    def of_script(self, *scripts: str) -> list[str]:
        """The words with a letter of one of these scripts, as Unicode names them."""
        return sorted(word for word in self.words if not word.isascii() and any(is_of(word, name) for name in scripts))

    def marked(self) -> list[str]:
        """Latin words with a mark or a letter that is not plain."""
        return [word for word in self.of_script("LATIN") if any(ord(letter) > 0xBF for letter in word)]

    def some(self, words: list[str], number: int) -> list[str]:
        """That many of the words, at random; a word may come twice."""
        return self.random.choices(words, k=number)

    def runs(self, number: int, *lengths: int) -> list[list[str]]:
        """Words that stand side by side in a title, as many as one of `lengths` says."""
        found: list[list[str]] = []
        while len(found) < number:
            there, size = words(self.random.choice(self.titles)), self.random.choice(lengths)
            if len(there) >= size:
                start = self.random.randrange(len(there) - size + 1)
                found.append(there[start : start + size])
        return found

    def unlike_pairs(self, number: int) -> list[str]:
        """A common word of a title with a rare one of it, so many times."""
        common, rare = set(self.common), set(self.rare)
        found: list[str] = []
        while len(found) < number:
            there = words(self.random.choice(self.titles))
            often, seldom = [word for word in there if word in common], [word for word in there if word in rare]
            if often and seldom:
                found.append(f"{self.random.choice(often)} {self.random.choice(seldom)}")
        return found

    def misspelt(self, word: str) -> str:
        """The word with one letter left out, doubled, changed, or in its neighbour's place."""
        place = self.random.randrange(1, len(word) - 1)
        before, letter, after = word[:place], word[place], word[place + 1 :]
        swapped = before + after[0] + letter + after[1:]
        return self.random.choice((before + after, before + letter * 2 + after, f"{before}x{after}", swapped))

    def slices(self, words: list[str], number: int) -> list[str]:
        """Pieces of one to four characters of words that are written without blanks between them."""
        found = []
        for chosen in self.some(words, number):
            word = "".join(filter(str.isalnum, chosen))
            size = min(len(word), self.random.randint(1, 4))
            start = self.random.randrange(len(word) - size + 1)
            found.append(word[start : start + size])
        return found

    def searches(self) -> dict[str, list[str]]:
        """The texts to search for, by their kind."""
        chinese, arabic = self.of_script("CJK", "HIRAGANA", "KATAKANA"), self.of_script("ARABIC")
        return {
            "a rare word": self.some(self.rare, 40),
            "a common word": self.some(self.common[:100], 20),
            "two common words": [" ".join(self.some(self.common, 2)) for _ in range(20)],
            "a common and a rare word": self.unlike_pairs(20),
            "a beginning": [word[: 1 + n % 4] for n, word in enumerate(self.some(self.common, 20))],
            "words of a title": [" ".join(reversed(run)) for run in self.runs(20, 2, 3, 4)],
            "a marked word": self.some(self.marked(), 25),
            "a marked word without its marks": [unmarked(word) for word in self.some(self.marked(), 20)],
            "a word of another script": self.some(self.of_script("GREEK", "CYRILLIC", "HEBREW", "HANGUL"), 20),
            "Chinese and Japanese": self.slices(chinese, 30),
            "Arabic and Persian": self.some(arabic, 30),
            "a phrase": [f'"{" ".join(run)}"' for run in self.runs(40, 2, 3)],
            "an exclusion": [f"{run[0]} -{run[-1]} {word}" for run, word in zip(
                self.runs(20, 3), self.some(self.common[:30], 20), strict=True)],
            "an excluded phrase": [f'{run[0]} -"{run[1]} {run[2]}"' for run in self.runs(20, 3)],
            "a misspelt word": [self.misspelt(word) for word in self.some(self.plain, 25)],
            "a misspelt word and another": [
                f"{self.misspelt(word)} {other}" for word, other in zip(
                    self.some(self.plain, 25), self.some(self.common, 25), strict=True)],
            "two words run together": ["".join(run) for run in self.runs(5, 2)],
            "a word torn apart": [f"{word[:3]} {word[3:]}" for word in self.some(self.plain, 5)],
            "an ISBN": self.some(self.isbns, 10),
        }  # fmt: skip

    def all(self) -> list[Asked]:
        """Every request, in an order that the seed alone decides."""
        found = [Asked(kind, "books/", {"search": text}) for kind, texts in self.searches().items() for text in texts]
        found += [Asked("a title", "books/", {"title": " ".join(run)[:100]}) for run in self.runs(15, 2, 3)]
        names = [name for name in self.names if words(name)]
        found += [Asked("a name", "books/", {"author_name": words(name)[0]}) for name in self.some(names, 10)]
        found += [Asked("an author", "authors/", {"search": words(name)[-1]}) for name in self.some(names, 10)]
        typed = (*(" ".join(run) for run in self.runs(15, 1, 2)), *self.some(names, 5), *self.some(self.marked(), 5))
        found += [Asked("typed", "suggest/", {"q": text[: 2 + n % 9]}) for n, text in enumerate(typed) if text.strip()]
        for number in range(25):
            ordering = ORDERINGS[number % len(ORDERINGS)]
            seed = {"seed": str(number)} if ordering == "random" else {}
            found.append(Asked("an order", "books/", {**self.random.choice(FILTERS), "ordering": ordering, **seed}))
        return found


def words(text: str) -> list[str]:
    """The words of a text in small letters, without signs at their ends: as simple as can be, not as Octavo has it."""
    cut = (word.strip("\"'()[]{}.,:;!?-–—“”‘’«»&/*#_=+|\\\u200e\u200f") for word in text.lower().split())
    return [word for word in cut if any(map(str.isalnum, word)) and '"' not in word]


def is_of(word: str, script: str) -> bool:
    """Whether the word has a letter of the script, as Unicode names it."""
    return any(letter.isalpha() and unicodedata.name(letter, "").startswith(script) for letter in word)


def unmarked(word: str) -> str:
    """The word without its combining marks."""
    return "".join(letter for letter in unicodedata.normalize("NFD", word) if not unicodedata.combining(letter))
