"""How well a citation agrees with a book: a score from 0 to 1, with what agrees and what differs."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from books.importing.parsing.headings import parse_heading, parse_plain_name
from books.search.spelling import distance
from core.text import match_key

WEIGHTS = {"title": 5, "author": 3, "year": 1, "language": 1}
"""What agreement in each part counts; the score is the part that is reached of what the given parts count together."""

BY_ISBN, BY_ISBN_ALONE = 0.95, 0.5
"""The least score of a book with the ISBN, and the most where both title and author are of another book."""

NEAR_YEARS = 2
"""Years between which the years of a citation and of a book half agree."""

_SHORT_TITLE = 0.97
_TURNED_TITLE = 0.98
_PART = re.compile(r"\s*(?:[:;/(\[]|\s[-–—]\s).*", re.DOTALL)
_ARTICLES = {"the", "a", "an"}
_LETTERS_A_TYPO = 12
"""Letters of a title for each of which one typo is forgiven; one always is, from four letters on."""


@dataclass(frozen=True)
class Citation:
    """What is known of the book that is sought; None is not known. The ISBN has thirteen digits."""

    title: str | None = None
    author: str | None = None
    isbn: str | None = None
    language: str | None = None
    year: int | None = None


class Described(NamedTuple):
    """What is compared of a stored book. Authors are pairs of the name to show and the name to sort by."""

    id: int
    title: str
    subtitle: str
    authors: Sequence[tuple[str, str]]
    languages: Sequence[str]
    years: Sequence[int]
    isbns: Sequence[str]
    popularity: int | None


class Score(NamedTuple):
    """How well a book agrees, the parts of the citation that agree, and those of which the book has another value."""

    value: float
    agreed: list[str]
    differs: list[str]


def score(citation: Citation, book: Described) -> Score:
    """The Score of `book` for `citation`."""
    parts: dict[str, tuple[float, bool]] = {}
    if citation.title is not None:
        parts["title"] = title_likeness(citation.title, book), True
    if citation.author is not None:
        parts["author"] = author_likeness(citation.author, book.authors), bool(book.authors)
    if citation.year is not None:
        parts["year"] = _year_likeness(citation.year, book.years), bool(book.years)
    if citation.language is not None:
        parts["language"] = float(citation.language in book.languages), bool(book.languages)
    agreed = [name for name, (likeness, _) in parts.items() if likeness > 0]
    differs = [name for name, (likeness, known) in parts.items() if known and likeness == 0]
    reached = sum(WEIGHTS[name] * likeness for name, (likeness, _) in parts.items())
    value = reached / sum(WEIGHTS[name] for name in parts) if parts else 0.0
    if citation.isbn is not None:
        if citation.isbn in book.isbns:
            agreed.append("isbn")
            another = {"title", "author"} <= set(differs)
            value = min(value, BY_ISBN_ALONE) if another else BY_ISBN + (1 - BY_ISBN) * (value if parts else 1)
        elif book.isbns:
            differs.append("isbn")
    return Score(round(value, 3), agreed, differs)


def title_likeness(title: str, book: Described) -> float:
    """How alike a title is to that of `book`, from 0 to 1: with or without a subtitle, an article and few typos."""
    return max((_likeness(*pair) * factor for *pair, factor in _pairs(title, book)), default=0.0)


def _pairs(title: str, book: Described) -> Iterator[tuple[str, str, float]]:
    """The keys that are compared: of whole titles, and of one without its subtitle with one that has none."""
    whole, short = title_key(title), title_key(main_title(title))
    own = title_key(book.title)
    yield whole, own, 1
    if book.subtitle:
        yield whole, title_key(f"{book.title} {book.subtitle}"), 1
    if short != whole:
        yield short, own, _SHORT_TITLE
    if (main := title_key(main_title(book.title))) != own:
        yield whole, main, _SHORT_TITLE


def main_title(title: str) -> str:
    """`title` without what follows a colon, a bracket or a dash."""
    return _PART.sub("", title) or title


def title_key(title: str) -> str:
    """The match key of `title` without its article, which may also stand behind it: `Hobbit, The`."""
    words = match_key(title).split(" ")
    if len(words) > 1 and words[0] in _ARTICLES:
        return " ".join(words[1:])
    if len(words) > 1 and words[-1] in _ARTICLES and "," in title:
        return " ".join(words[:-1])
    return " ".join(words)


def _likeness(one: str, other: str) -> float:
    if not one or not other:
        return 0.0
    if one == other:
        return 1.0
    here, there = one.split(" "), other.split(" ")
    # Volumes of one work differ by their number alone.
    if sorted(filter(str.isdigit, here)) != sorted(filter(str.isdigit, there)):
        return 0.0
    if sorted(here) == sorted(there):
        return _TURNED_TITLE
    return _typed_alike(one, other)


def _typed_alike(one: str, other: str) -> float:
    """How alike two texts are that may differ by typos; 0 where they are too many."""
    longest = max(len(one), len(other))
    most = max(1, longest // _LETTERS_A_TYPO) if longest > 3 else 0
    if abs(len(one) - len(other)) > most or (edits := distance(one, other)) > most:
        return 0.0
    return 1 - edits / longest


def author_likeness(author: str, authors: Sequence[tuple[str, str]]) -> float:
    """How alike the family name of `author`, in either order, is to that of one of the `authors` of a book."""
    cited = family_names(author)
    return max(
        (_typed_alike(one, other) if one != other else 1.0 for one in cited for _, name in authors
         if (other := match_key(name.partition(",")[0]))),
        default=0.0,
    )  # fmt: skip


def family_names(author: str) -> list[str]:
    """The match keys of what may be the family name in `author`: `Adams, Douglas`, or `Douglas Adams`."""
    parsed = parse_heading(author) if "," in author else parse_plain_name(author)
    family = match_key(parsed.sort_name.partition(",")[0])
    words = match_key(author.partition(",")[0]).split(" ")
    return [name for name in dict.fromkeys((family, words[-1])) if name]


def _year_likeness(year: int, years: Sequence[int]) -> float:
    if year in years:
        return 1.0
    return 0.5 if any(abs(year - each) <= NEAR_YEARS for each in years) else 0.0
