"""The values that are lists: several of a kind, separated by commas, any of which may match."""

import re
from typing import Any, ClassVar

from django.core.exceptions import ValidationError

from api.parameters import IDENTIFIER, Choice, Value, integer
from books.isbn import InvalidISBN, isbn13
from books.languages import language_code
from core.text import SLUG

MAX_ID = 2**63 - 1
LIST_LENGTH = 100
_SLUG = re.compile(SLUG)
_PATH = re.compile(r"[a-z0-9_]{1,40}(\.[a-z0-9_]{1,40}){0,3}")


class Many(Value):
    """Values separated by commas, at most 100, each read by `item`."""

    def read(self, text: str) -> list[Any]:
        parts = [part.strip() for part in text.split(",")]
        if len(parts) > LIST_LENGTH:
            raise ValidationError(f"At most {LIST_LENGTH} values.", "too_many")
        return list(dict.fromkeys(self.item(part) for part in parts))

    def item(self, text: str) -> Any:
        """One of the values. Raises ValidationError."""
        raise NotImplementedError


class Paths(Many):
    """Names of fields separated by commas, dotted where they lie inside another."""

    schema: ClassVar[dict[str, Any]] = {"type": "string", "minLength": 1}

    def item(self, text: str) -> str:
        if not _PATH.fullmatch(text):
            raise ValidationError("Must be names of fields, such as title,authors.name.", "invalid")
        return text


class Ids(Many):
    """Ids separated by commas."""

    schema: ClassVar[dict[str, Any]] = {"type": "string", "pattern": r"^[0-9]+(,[0-9]+)*$", "example": "11,1342"}

    def item(self, text: str) -> int:
        return integer(text, 1, MAX_ID)


class Choices(Many):
    """Some of a few words, separated by commas."""

    def __init__(self, *allowed: str, **options: Any) -> None:
        super().__init__(**options)
        self.choice = Choice(*allowed)
        self.schema = {"type": "string", "description": f"Of {', '.join(allowed)}"}  # type: ignore[misc]

    def item(self, text: str) -> str:
        return self.choice.read(text)


class Slugs(Many):
    """Slugs separated by commas."""

    def item(self, text: str) -> str:
        if not _SLUG.fullmatch(text):
            raise ValidationError("Must be slugs: letters, digits and hyphens.", "invalid")
        return text


class Languages(Many):
    """Languages in any ISO 639 form, separated by commas."""

    def item(self, text: str) -> str:
        known = language_code(text)
        if not known:
            raise ValidationError(f"{text[:40]} is no ISO 639 language.", "invalid")
        return known[0]


class Isbns(Many):
    """ISBNs of ten or thirteen digits, separated by commas."""

    def item(self, text: str) -> str:
        try:
            return isbn13(text)
        except InvalidISBN as error:
            raise ValidationError(str(error), error.code) from None


class Identifiers(Many):
    """`scheme:value` pairs separated by commas."""

    schema: ClassVar[dict[str, Any]] = {"type": "string", "example": "gutenberg:1342"}

    def item(self, text: str) -> tuple[str, str]:
        found = IDENTIFIER.fullmatch(text)
        if not found:
            raise ValidationError("Must be scheme:value, as gutenberg:1342.", "invalid")
        return found[1], found[2]
