"""match/: which books a citation may mean."""

import csv
import random
import re
import string
from typing import Any

import pytest

from books.citations import Citation, Described, matches, score
from books.models import SourceRecord
from tests.books.catalogue import ISBN, OTHER_ISBN
from tests.conftest import SHARED_DATA
from tests.support.factories import make_book

HERE = "/api/v1/match/"
NUMBERED = re.compile(r"\s*\([^()]*#[^()]*\)\s*$")


def found(api: Any, query: str) -> list[tuple[float, int]]:
    response = api.get(f"{HERE}?{query}")
    assert response.status_code == 200, response.content
    return [(each["score"], each["book"]["id"]) for each in response.json()["results"]]


@pytest.mark.django_db
def test_a_citation_is_matched_with_what_agrees_and_what_differs(api):
    book = make_book(
        title="Moby Dick; Or, The Whale", authors=["Melville, Herman, 1819-1891"], languages=["en"],
        first_published_year=1851, isbns=[ISBN],
    )  # fmt: skip
    make_book(title="Emma")
    (result,) = api.get(f"{HERE}?title=moby dik&author=H. Melvile&year=1852&language=German").json()["results"]
    assert result["book"] in api.get("/api/v1/books/").json()["results"]
    assert result["book"]["id"] == book.pk
    assert result["agreed"] == ["title", "author", "year"]
    assert result["differs"] == ["language"]
    assert 0.7 < result["score"] < 0.9
    assert found(api, "title=Moby Dick") == [(0.97, book.pk)]
    assert found(api, "title=Moby Dick; Or, The Whale&author=Melville, Herman") == [(1, book.pk)]
    assert found(api, "title=Whale, The") == []


@pytest.mark.django_db
def test_an_isbn_decides_unless_title_and_author_are_others(api):
    book = make_book(title="Emma", authors=["Austen, Jane"], isbns=[ISBN])
    other = make_book(title="Dracula", authors=["Stoker, Bram"], isbns=[OTHER_ISBN])
    assert found(api, f"isbn={ISBN}") == [(1, book.pk)]
    assert found(api, f"isbn={ISBN}&title=Dracula") == [(1, other.pk), (0.95, book.pk)]
    assert found(api, f"isbn={ISBN}&title=Something&author=Austen")[0][0] >= 0.95
    assert found(api, f"isbn={ISBN}&title=Something&author=Somebody") == [(0, book.pk)]
    assert found(api, f"isbn={ISBN}&title=Dracula&author=Stoker") == [(1, other.pk), (0, book.pk)]


@pytest.mark.django_db
def test_the_fields_of_the_books_are_selected_as_in_lists(api):
    make_book(title="Emma", subjects=["Matchmaking"])
    selected = api.get(f"{HERE}?title=emma&fields=title,subjects.name").json()["results"][0]["book"]
    assert selected == {"title": "Emma", "subjects": [{"name": "Matchmaking"}]}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ("", [("title", "required")]),
        ("author=austen", [("title", "required")]),
        ("title=", [("title", "blank")]),
        ("title=...", [("title", "invalid")]),
        (f"title={'a' * 501}", [("title", "invalid")]),
        ("title=a&year=0", [("year", "out_of_range")]),
        ("title=a&isbn=123", [("isbn", "malformed")]),
        ("title=a&language=xx1", [("language", "invalid")]),
        ("title=a&language=en,fr", [("language", "invalid")]),
        ("title=a&page=1&fields=colour", [("page", "unknown"), ("fields", "unknown_field")]),
        ("title=a&title=b", [("title", "repeated")]),
    ],
)
def test_what_is_no_citation_is_refused(api, query, errors):
    response = api.get(f"{HERE}?{query}")
    assert (response.status_code, [(e["param"], e["code"]) for e in response.json()["errors"]]) == (400, errors)


BOOK = Described(
    1, "The Hobbit: Or There and Back Again", "", [("J. R. R. Tolkien", "Tolkien, J. R. R.")], ["en"], [1937], [ISBN], 9
)


@pytest.mark.parametrize(
    ("title", "likeness"),
    [
        ("The Hobbit: Or There and Back Again", 1),
        ("the hobbit or there and back again", 1),
        ("Hobbit: Or There and Back Again", 1),
        ("The Hobbit", 0.97),
        ("Hobbit, The", 0.97),
        ("The Hobbit, or There and Back Again", 1),
        ("The Hobit", 0.808),
        ("The Habit", 0),
        ("The Hobbit: An Illustrated Edition", 0),
        ("There and Back Again", 0),
        ("The Hobbit 2", 0),
    ],
)
def test_titles_are_alike_without_a_subtitle_an_article_or_a_letter(title, likeness):
    assert score(Citation(title=title), BOOK).value == pytest.approx(likeness, abs=0.02)


@pytest.mark.parametrize(
    ("author", "agrees"),
    [
        ("Tolkien", True), ("J.R.R. Tolkien", True), ("Tolkien, John Ronald Reuel", True), ("TOLKEIN, J R R", True),
        ("Christopher Tolkien", True), ("John Ronald", False), ("Lewis, C. S.", False),
    ],
)  # fmt: skip
def test_family_names_are_compared(author, agrees):
    assert (score(Citation(title="The Hobbit", author=author), BOOK).agreed == ["title", "author"]) is agrees


@pytest.mark.parametrize(("year", "value"), [(1937, 1), (1938, 11 / 12), (1935, 11 / 12), (1934, 5 / 6), (2000, 5 / 6)])
def test_near_years_half_agree(year, value):
    assert score(Citation(title=BOOK.title, year=year), BOOK).value == round(value, 3)


@pytest.fixture
def rated():
    """The rows of goodbooks, by their books' ids in the database."""
    books = dict(SourceRecord.objects.filter(source="goodbooks").values_list("key", "book_id"))
    with (SHARED_DATA / "goodbooks" / "books.csv").open(encoding="utf-8", newline="") as file:
        return {books[row["book_id"]]: row for row in csv.DictReader(file)}


def with_typo(text: str, chance: random.Random) -> str:
    """`text` with a letter more, less or another, or two swapped, inside a word of four letters or more."""
    words = [*re.finditer(r"[A-Za-z]{4,}", text)]
    if not words:
        return text
    word = chance.choice(words)
    place, letter = chance.randrange(word.start() + 1, word.end() - 1), chance.choice(string.ascii_lowercase)
    before, here, behind = text[:place], text[place], text[place + 1 :]
    swapped = before + behind[0] + here + behind[1:]
    return chance.choice([before + behind, before + letter + here + behind, before + letter + behind, swapped])


def inverted(name: str) -> str:
    """`Douglas Adams` as `Adams, Douglas`; `The Firm` as `Firm, The`."""
    if title := re.fullmatch(r"(The|An|A) (.+)", name):
        return f"{title[2]}, {title[1]}"
    *given, family = name.split(" ")
    return f"{family}, {' '.join(given)}" if given else family


def citation(row: dict[str, str], number: int, chance: random.Random) -> Citation:
    """A citation of a rated book: with a typo, without its subtitle, or with title and author inverted, in turn."""
    title, author = NUMBERED.sub("", row["title"]), row["authors"].split(", ")[0]
    if number % 3 == 0:
        return Citation(title=with_typo(title, chance), author=author)
    if number % 3 == 1:
        return Citation(title=title.partition(":")[0], author=author)
    article = re.match(r"(The|An|A) ", title)
    return Citation(title=inverted(title) if article else title, author=inverted(author))


def test_nine_of_ten_citations_of_rated_books_are_matched_first(real_db, rated):
    chance = random.Random(20261127)
    chosen = chance.sample(sorted(rated), 500)
    right = 0
    for number, pk in enumerate(chosen):
        best = matches(citation(rated[pk], number, chance))[:1]
        right += [match.id for match in best] == [pk]
    assert right >= 450


def test_books_that_are_not_there_are_not_matched_well(real_db, rated):
    """A title of one book with the author of another; and titles made of the halves of two of an author."""
    chance = random.Random(20261127)
    rows = chance.sample([rated[pk] for pk in sorted(rated)], 300)
    there = {(_plain(row["title"]), row["authors"]) for row in rated.values()}
    absent = []
    for one, other in zip(rows[::2], rows[1::2], strict=True):
        title, author = NUMBERED.sub("", one["title"]), other["authors"].split(", ")[0]
        if author not in one["authors"]:
            absent.append(Citation(title=title, author=author))
        halves = _plain(one["title"]).split()[:2] + _plain(other["title"]).split()[-2:]
        if (" ".join(halves), one["authors"]) not in there and len(halves) == 4:
            absent.append(Citation(title=" ".join(halves), author=one["authors"].split(", ")[0]))
    assert len(absent) >= 200
    well = [(each, match) for each in absent for match in matches(each) if match.score.value >= 0.8]
    assert well == []


def _plain(title: str) -> str:
    return NUMBERED.sub("", title).casefold()
