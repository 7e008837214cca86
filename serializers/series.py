"""How series are shown."""

from serializers.base import COUNT, SLUG_FORM, Integer, Serializer, Text, Url


class SeriesLinkSerializer(Serializer):
    """A series that a book stands in."""

    name = Text("series.name", example="Middle-earth", minLength=1, maxLength=500)
    slug = Text("series.slug", example="middle-earth", **SLUG_FORM)
    url = Url("series", "series.slug")
    position = Text(null=True, help='Its place in the series: "1", "1-3", "0.5"', example="1", maxLength=40)


class SeriesSerializer(Serializer):
    """Books that belong together, in an order."""

    name = Text(example="Middle-earth", minLength=1, maxLength=500)
    slug = Text(example="middle-earth", **SLUG_FORM)
    url = Url("series", "slug")
    books_count = Integer(**COUNT)
