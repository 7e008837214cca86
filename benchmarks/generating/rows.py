"""The rows of generated books, some thousands at a time."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache, lru_cache
from random import Random
from typing import Any, Self

from benchmarks.generating import shape
from benchmarks.generating.categories import CATEGORIES
from benchmarks.generating.drafts import Draft, Drafting
from books.search.indexes import BOOK_INDEX
from books.search.indexing import token_fields
from books.standards.series_places import place_key
from core.database.bulk import Row, as_text, json_text
from core.database.fields import sample_key
from core.search.index import token_texts
from core.text import title_keys

BOOKS = 5_000
"""Books in a chunk."""

# Model → the fields of its rows, in order.
FIELDS: dict[str, tuple[str, ...]] = {
    "Book": (
        "id", "title", "subtitle", "part", "category", "languages", "original_languages", "first_published_year",
        "published_year", "published", "publisher", "pages", "format", "isbn_13", "work", "links", "description",
        "cover", "rating_average", "ratings_count", "popularity", "extra", "curated", "sort_title", "title_key",
        "author_key", "sample_key", "created_at", "updated_at",
    ),
    "BookAuthor": ("book", "author", "role", "note", "position"),
    "BookCategory": ("book", "category", "position"),
    "BookSubject": ("book", "subject", "position"),
    "BookLanguage": ("book", "code"),
    "BookSeries": ("book", "series", "position", "position_key"),
    "BookIdentifier": ("book", "scheme", "value"),
    "BookIsbn": ("book", "isbn_13", "primary"),
    "SourceRecord": ("source", "key", "book", "digest", "set_fields"),
}  # fmt: skip
SEARCH = "search"
"""The key that stands for the table of the full-text index."""

_SECONDS = 22 * 365 * 86_400
_DAYS = [str(date(2004, 1, 1) + timedelta(days=day)) for day in range(_SECONDS // 86_400 + 1)]
_UPDATED = 0.25
"""Share of books that were changed after they were created."""

_LATER_ROLES = ("translator", "illustrator", "editor", "author", "translator")
_SET_FIELDS = json_text(["title", "authors", "categories", "subjects", "languages", "popularity"])

_LABELS = [tuple(text for label in path for text in token_texts(label)) for path in CATEGORIES]
_repeated_texts = lru_cache(maxsize=1 << 13)(token_texts)


@cache
def _languages_text(*codes: str) -> str:
    return json_text(codes)


def source_of(seed: int) -> str:
    """The source that the books of `seed` are said to come from."""
    return f"generated_{seed}"


@dataclass(frozen=True)
class Plan:
    """A catalogue to generate: its size and seed, the ids of its rows, and the database they are for.

    `zone` ends a moment's text there; `subject_ids` are by kind; `shelvings` has a category's id followed by
    those of all above it.
    """

    books: int
    seed: int
    vendor: str
    zone: str
    book_ids: Sequence[int]
    author_ids: Sequence[int]
    subject_ids: dict[str, Sequence[int]]
    series_ids: Sequence[int]
    shelvings: Sequence[tuple[int, ...]]

    @property
    def source(self) -> str:
        """The source that generated books are said to come from."""
        return source_of(self.seed)


@dataclass
class Chunk:
    """`size` books or authors as rows by table, and the authors, subjects and categories they count, by id."""

    size: int
    rows: dict[str, Any] = field(default_factory=lambda: defaultdict(list))
    counted: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def packed(self, vendor: str) -> Self:
        """The chunk with its rows as COPY's text where COPY writes them: text is quick to send to another process."""
        packed = {name: _packed(rows) if vendor == "postgresql" else rows for name, rows in self.rows.items()}
        return replace(self, rows=packed, counted=dict(self.counted))


def _packed(rows: list[Row]) -> str:
    """The texts that `as_text` makes of values without special characters, in a third of the time."""
    width = len(rows[0])
    values = tuple(["\\N" if value is None else value for row in rows for value in row])
    text = (("%s\t" * (width - 1) + "%s\n") * len(rows)) % values
    marks = [text.count(mark) for mark in "\\\t\n\r"]
    plain = marks == [values.count("\\N"), (width - 1) * len(rows), len(rows), 0]
    return text if plain else as_text(rows)


class Rows:
    """Makes the chunks of `plan`."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.drafting = plan, Drafting(plan.seed, plan.books)

    def chunk(self, number: int) -> Chunk:
        """Chunk `number`, from 0; it depends on no other chunk."""
        first = number * BOOKS
        last = min(first + BOOKS, self.plan.books)
        random = Random(f"{self.plan.seed}:{number}")
        chunk = Chunk(last - first)
        for draft in self.drafting.drafts(random, first, last):
            isbn = _isbn(random) if draft.has_isbn else None
            chunk.rows["Book"].append(self._book(random, draft, isbn))
            self._links(random, draft, chunk)
            self._numbers(random, draft, isbn, chunk)
            chunk.rows[SEARCH].append(self._indexed(draft))
        return chunk.packed(self.plan.vendor)

    def _book(self, random: Random, draft: Draft, isbn: str | None) -> Row:
        draw, pk = random.random, self.plan.book_ids[draft.number]
        number = draft.number + 1
        created, updated = self._moments(draw, draft.number)
        return (
            pk, draft.title, draft.subtitle, draft.part,
            self.plan.shelvings[draft.categories[0]][0] if draft.categories else None,
            _languages_text(*draft.languages), "[]", draft.first_published_year, draft.published_year,
            str(draft.published_year or ""), draft.publisher,
            16 + int(900 * draw() ** 2) if draw() < shape.PAGES else None, "text", isbn, "",
            f'[{{"rel": "source", "media_type": "text/html", "url": "https://books.example.org/{number}"}}]',
            self.drafting.description(random) if draw() < shape.DESCRIPTIONS else "",
            f'{{"small": "https://covers.example.org/{number}.jpg"}}' if draw() < shape.COVERS else None,
            *_readers(random), "{}", "[]", *title_keys(draft.title, draft.languages),
            draft.persons[0].sort_key if draft.persons else None, sample_key(pk), created, updated,
        )  # fmt: skip

    def _moments(self, draw: Callable[[], float], number: int) -> tuple[str, str]:
        """The moments at which the book was created, later for a higher number, and changed last."""
        passed = int(_SECONDS * number / self.plan.books)
        changed = passed + int((_SECONDS - passed) * draw()) if draw() < _UPDATED else passed
        return self._moment(passed), self._moment(changed)

    def _moment(self, seconds: int) -> str:
        days, rest = divmod(seconds, 86_400)
        return f"{_DAYS[days]} {rest // 3_600:02}:{rest // 60 % 60:02}:{rest % 60:02}{self.plan.zone}"

    def _links(self, random: Random, draft: Draft, chunk: Chunk) -> None:
        plan, rows, pk = self.plan, chunk.rows, self.plan.book_ids[draft.number]
        authors = [plan.author_ids[each] for each in draft.authors]
        for place, author in enumerate(authors):
            role = random.choice(_LATER_ROLES) if place else "author"
            rows["BookAuthor"].append((pk, author, role, "", place))
        subjects = [plan.subject_ids[kind][each] for kind, each, _ in draft.subjects]
        rows["BookSubject"] += [(pk, subject, place) for place, subject in enumerate(subjects)]
        shelved = [plan.shelvings[each] for each in draft.categories]
        rows["BookCategory"] += [(pk, above[0], place) for place, above in enumerate(shelved)]
        rows["BookLanguage"] += [(pk, code) for code in draft.languages]
        chunk.counted["Author"] += authors
        chunk.counted["Subject"] += subjects
        chunk.counted["Category"] += {each for above in shelved for each in above}

    def _numbers(self, random: Random, draft: Draft, isbn: str | None, chunk: Chunk) -> None:
        rows, pk, number = chunk.rows, self.plan.book_ids[draft.number], str(draft.number + 1)
        if draft.series:
            series, place = self.plan.series_ids[draft.series[0]], draft.series[1]
            rows["BookSeries"].append((pk, series, place, place_key(place)))
            chunk.counted["Series"].append(series)
        if isbn:
            rows["BookIsbn"].append((pk, isbn, True))
        rows["BookIdentifier"].append((pk, self.plan.source, number))
        rows["SourceRecord"].append((self.plan.source, number, pk, f"{random.getrandbits(128):032x}", _SET_FIELDS))

    def _indexed(self, draft: Draft) -> Row:
        fields = token_fields(
            titles=token_texts(draft.title) + ([draft.part.lower()] if draft.part else []),
            subtitles=token_texts(draft.subtitle) if draft.subtitle else [],
            publishers=_repeated_texts(draft.publisher) if draft.publisher else [],
            names=[name for person in draft.persons for name in person.name_tokens],
            subjects=[(kind, text) for kind, _, texts in draft.subjects for text in texts],
            labels=list(dict.fromkeys([label for each in draft.categories for label in _LABELS[each]])),
        )
        return BOOK_INDEX.token_row(self.plan.vendor, self.plan.book_ids[draft.number], fields)


def _isbn(random: Random) -> str:
    """A valid ISBN-13."""
    digits = f"978{int(random.random() * 1_000_000_000):09}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"


def _readers(random: Random) -> tuple[float | None, int | None, int | None]:
    """Average rating (3.3 to 4.5 of 98 in 100), number of ratings, popularity: half of them below 150."""
    draw = random.random
    popularity = None if draw() < shape.UNPOPULAR else int(random.lognormvariate(5, 2))
    if draw() >= shape.RATINGS:
        return None, None, popularity
    return min(5.0, max(0.0, round(random.gauss(4.0, 0.26), 2))), int(random.lognormvariate(4, 2)), popularity
