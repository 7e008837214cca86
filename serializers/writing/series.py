"""What clients send to make and change series."""

from serializers.writing.base import Body, Line, Slug, patch_of


class SeriesBody(Body):
    """A series."""

    answered = frozenset({"url", "books_count"})
    name = Line(max_length=500, help_text="Case and accents aside, it means one series: another one needs a slug")
    slug = Slug(required=False, help_text="Made of the name unless given")


SeriesPatchBody = patch_of(SeriesBody, "What is to be changed of a series.")
