"""Changes records to fit the database's columns: values that do not fit mostly move to the record's `extra`."""

from collections.abc import Callable
from functools import lru_cache
from hashlib import blake2b
from operator import attrgetter, le
from typing import Any, NamedTuple

import orjson

from authors.models import YEARS, Author, is_year
from books.importing import record_bounds as bounds
from books.importing.parsing.headings import heading_key
from books.importing.parsing.life_dates import is_life
from books.importing.records import Credit, Record, Rejection, Topic, add_to_list
from books.importing.sanitizing import sanitized
from books.importing.summary import rejection
from books.models import Subject
from books.standards.identifiers import normal_identifier
from core.text import nfc


class PreparedRecord(NamedTuple):
    """A record that fits the columns, the hash of what its source said (`digest`), and its size as JSON in bytes."""

    record: Record
    digest: str
    size: int

    @property
    def position(self) -> int:
        """The record's position in its file."""
        return self.record.position

    @property
    def key(self) -> str:
        """The record's key within its source."""
        return self.record.key


MADE_KEY = "hash:"
"""What keys begin with that were made for records without one."""

INTEGER = 2_147_483_647
CATEGORY_DEPTH = 12
"""Levels of a category path that are stored; deeper ones are cut off."""

_LONG_TEXTS = ("subtitle", "description")
# A date or a key would be wrong if it were cut: it is left empty instead.
_UNCUT = ("published", "work")
_NUMBERS: dict[str, tuple[tuple[type, ...], float, float]] = {
    "first_published_year": ((int,), *YEARS),
    "published_year": ((int,), *YEARS),
    "pages": ((int,), 1, INTEGER),
    "ratings_count": ((int,), 0, INTEGER),
    "popularity": ((int,), -INTEGER, INTEGER),
    "rating_average": ((int, float), 0, 5),
}

_texts, _numbers = attrgetter(*bounds.TEXTS), attrgetter(*_NUMBERS)
_NO_NUMBERS = (None,) * len(_NUMBERS)


def normalize(record: Record, source: str) -> PreparedRecord | Rejection:
    """Change `record` to fit the columns and return it with its hash; or return a Rejection that says why it cannot.

    A work's key is the `source`'s own, unless it says another's.
    """
    try:
        if record.work and ":" not in record.work:
            record.work = f"{source}:{record.work}"
        record, digest, size = sanitized(record)
        _normalize_texts(record)
        _normalize_numbers(record)
        _normalize_lists(record)
    except (AttributeError, RecursionError, TypeError, ValueError) as error:
        return rejection(record, "bad_value", f"A value is of the wrong type: {error}.")
    if not record.key:
        record.key = _made_key(record)
    if len(record.key) > bounds.KEY:
        return rejection(record, "bad_key", f"The record's key must have at most {bounds.KEY} characters.")
    if not record.title:
        return rejection(record, "no_title", "The record has no title.")
    if size > bounds.SMALL and (excess := bounds.exceeded_limit(record)):
        return rejection(record, "too_large", excess)
    return PreparedRecord(record, digest, size)


def _made_key(record: Record) -> str:
    """A key for a record without one: a hash of its identifiers, ISBNs, title, first author, year and publisher."""
    author = record.credits[0].heading if record.credits else ""
    year = record.published_year or record.first_published_year
    parts = (sorted(record.identifiers), sorted(record.isbns), record.title, author, year, record.publisher)
    return f"{MADE_KEY}{blake2b(orjson.dumps(parts), digest_size=16).hexdigest()}"


def has_made_key(record: Record) -> bool:
    """Whether the source gave no key for `record`, so that its key was made here."""
    return record.key.startswith(MADE_KEY)


def _normalize_texts(record: Record) -> None:
    for name in _LONG_TEXTS:
        if text := getattr(record, name):
            setattr(record, name, nfc(text))
    texts = _texts(record)
    if (
        "".join(texts).isascii()
        and all(map(le, map(len, texts), bounds.TEXTS.values()))
        and record.title == record.title.strip()
    ):
        return
    for (name, longest), text in zip(bounds.TEXTS.items(), texts, strict=True):
        normalized = nfc(text.strip())
        if len(normalized) > longest:
            record.extra.setdefault(f"source_{name}", text)
            normalized = "" if name in _UNCUT else normalized[:longest].rstrip()
        setattr(record, name, normalized)


def _normalize_numbers(record: Record) -> None:
    if _numbers(record) == _NO_NUMBERS:
        return
    for name, (types, low, high) in _NUMBERS.items():
        value: Any = getattr(record, name)
        if value is None:
            continue
        typed = isinstance(value, types) and not isinstance(value, bool)
        if not typed or not low <= value <= high or (value == 0 and name.endswith("year")):
            record.extra.setdefault(f"source_{name}", value)
            _note(record, f"{name}: {value} is not from {low} to {high}" + ", or 0" * (value == 0))
            setattr(record, name, None)


def _note(record: Record, note: str) -> None:
    """Add a note to the record's `extra` about a value that no column takes."""
    add_to_list(record.extra, "notes", note[: bounds.NOTE])


def _normalize_lists(record: Record) -> None:
    for credit in record.credits:
        _normalize_years(record, credit)
    record.credits = [credit for credit in record.credits if _normalize_credit(credit)]
    record.subjects = [topic for topic in map(_normalize_topic, record.subjects) if topic.name]
    if record.categories:
        record.categories = [path for path in map(_normalize_path, record.categories) if path]
    _move(record, "languages", lambda code: 0 < len(code) <= bounds.LANGUAGE)
    _move(record, "original_languages", lambda code: 0 < len(code) <= bounds.LANGUAGE)
    if record.isbns:
        wrong = [isbn for isbn in record.isbns if not _is_isbn_13(isbn)]
        record.identifiers = [*record.identifiers, *(("isbn_invalid", isbn[: bounds.VALUE]) for isbn in wrong if isbn)]
        record.isbns = [isbn for isbn in dict.fromkeys(record.isbns) if isbn not in wrong]
    record.identifiers = [(scheme, normal_identifier(scheme, value)) for scheme, value in record.identifiers]
    _move(record, "identifiers", lambda pair: 0 < len(pair[0]) <= bounds.SCHEME and 0 < len(pair[1]) <= bounds.VALUE)
    record.cover = record.cover or None
    if record.series:
        record.series = [
            (nfc(name.strip())[: bounds.SERIES], place[: bounds.VOLUME])
            for name, place in record.series
            if name.strip()
        ]


def _move(record: Record, name: str, fits: Callable[[Any], bool]) -> None:
    """Reduce the list field `name` of `record` to its distinct items for which `fits` is true.

    The other items are moved to the record's `extra`.
    """
    values = getattr(record, name)
    if not all(map(fits, values)):
        record.extra.setdefault(f"source_{name}", [value for value in values if not fits(value)])
        values = filter(fits, values)
    elif len(values) < 2:
        return
    setattr(record, name, list(dict.fromkeys(values)))


def _is_isbn_13(isbn: str) -> bool:
    return len(isbn) == 13 and isbn.isascii() and isbn.isdigit() and isbn.startswith(("978", "979"))


def _normalize_credit(credit: Credit) -> bool:
    """Change `credit` to fit the columns; return False if it names nobody, by neither a heading nor a name."""
    heading = heading_key(nfc(credit.heading.strip() or credit.name.strip()))
    if not heading:
        return False
    if len(heading) > bounds.HEADING:
        # Headings are keys: two long ones with one beginning must stay different, so a hash of the whole is added.
        heading = f"{heading[: bounds.HEADING - 33]} {blake2b(heading.encode(), digest_size=16).hexdigest()}"
    credit.heading = heading
    credit.name = nfc(credit.name.strip())[: bounds.NAME] or heading
    credit.sort_name = nfc(credit.sort_name.strip())[: bounds.NAME] or credit.name
    if credit.kind not in bounds.AUTHOR_KINDS:
        credit.kind = Author.Kind.PERSON.value
    if len(credit.role) > bounds.ROLE:
        credit.role, credit.note = "contributor", credit.note or credit.role
    credit.note = credit.note[: bounds.NOTE]
    if credit.alternate_names:
        others = (nfc(name.strip())[: bounds.NAME] for name in credit.alternate_names)
        credit.alternate_names = tuple(name for name in others if name)
    return True


def _normalize_years(record: Record, credit: Credit) -> None:
    """Take years that no life can have out of `credit`, and note them in the record's `extra`."""
    for name, what in (("birth_year", "born"), ("death_year", "died")):
        year: Any = getattr(credit, name)
        if year is not None and (not isinstance(year, int) or isinstance(year, bool) or not is_year(year)):
            _note(record, f"{credit.name or credit.heading}: {what} {year} is no year")
            setattr(credit, name, None)
    if not is_life(credit.birth_year, credit.death_year):
        _note(record, f"{credit.name or credit.heading}: {credit.birth_year}-{credit.death_year} is no life")
        credit.birth_year = credit.death_year = None


def _normalize_topic(topic: Topic) -> Topic:
    name = topic.name
    if name.isascii() and len(name) <= bounds.TERM and topic.kind in bounds.SUBJECT_KINDS:
        return topic
    kind = topic.kind if topic.kind in bounds.SUBJECT_KINDS else Subject.Kind.TOPIC.value
    return Topic(nfc(name.strip())[: bounds.TERM], kind)


@lru_cache(maxsize=16_384)
def _normalize_path(path: tuple[str, ...]) -> tuple[str, ...]:
    labels = (nfc(label.strip())[: bounds.LABEL] for label in path[:CATEGORY_DEPTH])
    return tuple(label for label in labels if label)
