"""What clients send to make and change series."""

from typing import Any

from rest_framework import serializers

from core.text import SLUG
from serializers.writing.base import Body, Line


class Slug(serializers.RegexField):
    """A slug: words of any script, joined by hyphens."""

    def __init__(self, **options: Any) -> None:
        super().__init__(rf"\A{SLUG}\Z", max_length=160, trim_whitespace=False, **options)


class SeriesBody(Body):
    """A series."""

    answered = frozenset({"url", "books_count"})
    name = Line(max_length=500, help_text="Case and accents aside, it means one series: another one needs a slug")
    slug = Slug(required=False, help_text="Made of the name unless given")


class SeriesPatchBody(SeriesBody):
    """What is to be changed of a series."""

    name = Line(max_length=500, required=False)
