"""What clients send to make and change authors."""

import re
from typing import Any, ClassVar

from rest_framework import serializers

from authors.models import YEARS, Author
from serializers.writing.base import Body, Choices, Integer, Line, Lines, patch_of

MOST_NAMES = 200
MOST_SCHEMES = 50
MOST_NUMBERS = 100
_SCHEME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


class Year(Integer):
    """A year, negative before the common era; null for one that is not known."""

    default_error_messages: ClassVar = {"no_year": "There is no year 0."}

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=YEARS[0], max_value=YEARS[1], allow_null=True, **options)

    def to_internal_value(self, data: Any) -> int:
        """The year. Raises ValidationError."""
        year = int(super().to_internal_value(data))
        if year == 0:
            self.fail("no_year")
        return year


class Identifiers(serializers.DictField):
    """Numbers that others gave: lists of them by scheme."""

    default_error_messages: ClassVar = {
        "scheme": "A scheme has at most 40 small letters, digits, - and _.",
        "too_many": f"Must have at most {MOST_SCHEMES} schemes.",
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(child=Choices(child=Line(max_length=200), max_length=MOST_NUMBERS), **options)

    def to_internal_value(self, data: Any) -> dict[str, list[str]]:
        """The numbers by scheme. Raises ValidationError."""
        if isinstance(data, dict):
            if len(data) > MOST_SCHEMES:
                self.fail("too_many")
            if not all(_SCHEME.fullmatch(str(scheme)) for scheme in data):
                self.fail("scheme")
        found: dict[str, list[str]] = super().to_internal_value(data)
        return {scheme: list(dict.fromkeys(numbers)) for scheme, numbers in found.items() if numbers}


class AuthorBody(Body):
    """An author."""

    answered = frozenset({"id", "url", "books_count", "updated_at"})
    name = Line(max_length=500, help_text="As it is shown: `Ursula K. Le Guin`")
    kind = serializers.ChoiceField(Author.Kind.values, default=Author.Kind.PERSON.value)
    sort_name = Line(max_length=500, allow_blank=True, default="", help_text="Follows the name unless given")
    alternate_names = Choices(child=Line(max_length=500), max_length=MOST_NAMES, default=list)
    birth_year = Year(default=None, help_text="Negative is BCE")
    death_year = Year(default=None, help_text="Negative is BCE")
    bio = Lines(max_length=20_000, default="")
    identifiers = Identifiers(default=dict, help_text="By scheme")


AuthorPatchBody = patch_of(AuthorBody, "What is to be changed of an author.")
