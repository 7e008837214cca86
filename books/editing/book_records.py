"""Makes Records of the bodies of books, which are written as the records of sources are."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from books.editing.editor import FieldError
from books.editing.references import Body, References
from books.importing.merging.rows import FIELDS
from books.importing.merging.stored_books import StoredBook
from books.importing.record_bounds import exceeded_limit
from books.importing.records import Record
from books.models.links import BookIdentifier
from books.standards.identifiers import normal_identifier
from books.standards.isbn import InvalidISBN, isbn13

WRONG_ISBN = "isbn_invalid"
"""The scheme of identifiers that are ISBNs with a wrong check digit."""

_VALUE = int(BookIdentifier._meta.get_field("value").max_length or 0)


class EditedBook(NamedTuple):
    """A Record made of a body, and the `fields` of the book that it is to set."""

    record: Record
    fields: frozenset[str]


def edited_book(
    body: Body, references: References, stored: StoredBook | None, *, adds_numbers: bool = False
) -> EditedBook:
    """The EditedBook of a `body` whose references have no errors; `stored` is the book that it changes, if any.

    ISBNs with a wrong check digit are identifiers of the scheme WRONG_ISBN: they join those that the book has, unless
    the body replaces these. If it `adds_numbers`, all its ISBNs and identifiers join those that the book has.
    """
    given: dict[str, Any] = {name: read(body[name], references) for name, read in _READ.items() if name in body}
    values = {_ATTRIBUTES.get(name, name): value for name, value in {**body, **given}.items() if name in FIELDS}
    wrong = [isbn for isbn in body.get("isbns", ()) if not _is_right(isbn)]
    if wrong and "identifiers" not in body:
        held = stored.links["identifiers"] if stored else {}
        values["identifiers"] = [(scheme, value) for scheme, value in held]
    if wrong:
        values["identifiers"] += [(WRONG_ISBN, isbn) for isbn in wrong]
    if stored and adds_numbers:
        for name, borne in (
            ("identifiers", [*stored.links["identifiers"]]),
            ("isbns", [isbn for isbn, _ in sorted(stored.links["isbns"], key=lambda each: not each[1])]),
        ):
            if name in values:
                values[name] = [*dict.fromkeys([*borne, *values[name]])]
    record = Record(key="", position=0, **{"title": "", **values})
    names = {name for name in FIELDS if _ATTRIBUTES.get(name, name) in values}
    return EditedBook(record, frozenset(names))


def errors_of(body: Body, references: References) -> Iterator[FieldError]:
    """What stands against `body`, besides the form of its values: what it names is not there, or it is too large."""
    errors = [*references.errors(body)]
    yield from errors
    for scheme, numbers in body.get("identifiers", {}).items():
        for n, number in enumerate(numbers):
            if not 0 < len(normal_identifier(scheme, number)) <= _VALUE:
                yield FieldError(f"identifiers.{scheme}[{n}]", "invalid", "Is no number of this scheme.")
    if not errors and (excess := exceeded_limit(edited_book(body, references, None).record)):
        yield FieldError("", "too_large", excess)


def _is_right(isbn: str) -> bool:
    """Whether a text in a checked body is an ISBN with the right check digit; such are thirteen digits."""
    try:
        return isbn13(isbn) == isbn
    except InvalidISBN:
        return False


_ATTRIBUTES = {"authors": "credits"}
"""The attributes of a Record that are not called as the field of the API."""

_READ: dict[str, Callable[[Any, References], Any]] = {
    "authors": lambda given, references: [references.credit(each) for each in given],
    "categories": lambda given, references: [references.category(slug) for slug in given],
    "subjects": lambda given, references: [references.topic(each) for each in given],
    "series": lambda given, references: [references.place(each) for each in given],
    "languages": lambda given, _: [*dict.fromkeys(given)],
    "original_languages": lambda given, _: [*dict.fromkeys(given)],
    "isbns": lambda given, _: [*dict.fromkeys(isbn for isbn in given if _is_right(isbn))],
    "identifiers": lambda given, _: _pairs(given),
    "links": lambda given, _: [(link["rel"], link["media_type"], link["url"]) for link in given],
}
"""The fields whose values in a Record are not those of the body."""


def _pairs(given: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    pairs = ((scheme, number) for scheme, numbers in given.items() for number in numbers)
    return [*dict.fromkeys((scheme, normal_identifier(scheme, number)) for scheme, number in pairs)]
