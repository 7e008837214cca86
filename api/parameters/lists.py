"""Types of query parameters whose values are lists: up to 100 items, separated by commas."""

import re
from collections.abc import Iterable
from typing import Any, ClassVar

from django.core.exceptions import ValidationError

from api.parameters.values import NAME_LENGTH, SCHEME, Choice, Value
from books.standards.isbn import InvalidISBN, isbn13
from books.standards.languages import language_code
from core.http.shape import ID
from core.text import SLUG_CHARACTER

LIST_LENGTH = 100
LIST_CHARACTERS = 4_000
# Without a length for each item: with one, some engines refuse the lists' patterns as too large.
_SLUG = f"{SLUG_CHARACTER}+"
_PATH = r"[a-z0-9_]{1,40}(\.[a-z0-9_]{1,40}){0,3}"
_IDENTIFIER = rf"{SCHEME}:[^\u0000-\u001f\u007f\ufffd,]*[^\u0000-\u0020\u007f\ufffd,]"
# Which ISBNs and languages there are, and in which script somebody writes them, no pattern can say.
_WRITTEN = r"[^\u0000\ufffd ,]([^\u0000\ufffd,]*[^\u0000\ufffd ,])?"


def listed(item: str) -> dict[str, Any]:
    """The OpenAPI schema of a list separated by commas, whose items match the regular expression `item`."""
    pattern = f"^ *{item} *(, *{item} *){{0,{LIST_LENGTH - 1}}}$"
    return {"type": "string", "maxLength": LIST_CHARACTERS, "pattern": pattern}


def one_of(words: Iterable[str]) -> str:
    """A regular expression that matches each of `words`, and nothing else."""
    return f"({'|'.join(words)})"


class Many(Value):
    """The base of list types: at most 100 items separated by commas, each read by `item`.

    A repeated one counts once.
    """

    note = f"At most {LIST_LENGTH}, parted by commas"
    pattern: ClassVar[str] = ""
    """Regular expression of an item's whole text."""
    refusal: ClassVar[str] = ""
    """The message of the error for any other text."""

    def read(self, text: str) -> list[Any]:
        if len(text) > LIST_CHARACTERS:
            raise ValidationError(f"At most {LIST_CHARACTERS} characters.", "too_long")
        parts = [part.strip(" ") for part in text.split(",")]
        if len(parts) > LIST_LENGTH:
            raise ValidationError(f"At most {LIST_LENGTH} values.", "too_many")
        return list(dict.fromkeys(self.item(part) for part in parts))

    def item(self, text: str) -> Any:
        """The value of one item's `text`. Raises ValidationError."""
        if not re.fullmatch(self.pattern, text):
            raise ValidationError(self.refusal, "invalid")
        return text


class One(Value):
    """A single item of the list type `many`."""

    def __init__(self, many: Many, **options: Any) -> None:
        super().__init__(**options)
        self.many = many
        self.schema = {"type": "string", "maxLength": NAME_LENGTH, "pattern": f"^ *{_WRITTEN} *$"}  # type: ignore[misc]

    def read(self, text: str) -> Any:
        if len(text) > NAME_LENGTH:
            raise ValidationError(f"At most {NAME_LENGTH} characters.", "too_long")
        return self.many.item(text.strip(" "))


class Paths(Many):
    """Names of fields, separated by commas; a dot leads to a field of a nested resource, as in `authors.name`."""

    schema: ClassVar[dict[str, Any]] = listed(_PATH)
    pattern, refusal = _PATH, "Must be names of fields, such as title,authors.name."


class Ids(Many):
    """Ids of rows, separated by commas."""

    schema: ClassVar[dict[str, Any]] = listed(ID)
    note = f"At most {LIST_LENGTH} ids, parted by commas"
    pattern, refusal = ID, "Must be ids: whole numbers from 1, of at most 15 digits."

    def item(self, text: str) -> int:
        return int(super().item(text))


class Choices(Many):
    """Words out of `allowed`, separated by commas."""

    def __init__(self, *allowed: str, **options: Any) -> None:
        super().__init__(**options)
        self.choice = Choice(*allowed)
        self.schema = listed(one_of(allowed))  # type: ignore[misc]

    def item(self, text: str) -> str:
        return self.choice.read(text)


class Slugs(Many):
    """Slugs, separated by commas."""

    schema: ClassVar[dict[str, Any]] = listed(_SLUG)
    note = f"At most {LIST_LENGTH} slugs, parted by commas"
    pattern, refusal = _SLUG, "Must be slugs: letters, digits and hyphens."


class Languages(Many):
    """Languages, separated by commas, each as a code of any part of ISO 639 or a name; the values are codes."""

    schema: ClassVar[dict[str, Any]] = listed(_WRITTEN)
    note = (
        f"At most {LIST_LENGTH}, parted by commas: codes of ISO 639 or names, in English or in the language itself; "
        "`fr`, `fre`, `fra`, `fr-CA`, `French` and `français` mean the same"
    )

    def item(self, text: str) -> str:
        known = language_code(text)
        if not known:
            raise ValidationError(f"{text[:40]} is no language's code or name.", "invalid")
        return known[0]


class Isbns(Many):
    """ISBNs of ten or thirteen digits, separated by commas; the values have thirteen."""

    schema: ClassVar[dict[str, Any]] = listed(_WRITTEN)

    def item(self, text: str) -> str:
        try:
            return isbn13(text)
        except InvalidISBN as error:
            raise ValidationError(str(error), error.code) from None


class Identifiers(Many):
    """Identifiers `scheme:value`, separated by commas; the values are pairs."""

    schema: ClassVar[dict[str, Any]] = listed(_IDENTIFIER)
    pattern, refusal = _IDENTIFIER, "Must be scheme:value, as gutenberg:1342."

    def item(self, text: str) -> tuple[str, str]:
        scheme, _, value = super().item(text).partition(":")
        return scheme, value
