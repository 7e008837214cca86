"""How authors are shown."""

from serializers.base import Field, Integer, Serializer, Strings, Text, Timestamp, Url


class AuthorSerializer(Serializer):
    """An author, in lists and alone."""

    id = Integer(example=68)
    url = Url("authors", "id")
    kind = Text(enum=["person", "organisation", "placeholder"], example="person")
    name = Text(help="The name for display", example="Jane Austen")
    sort_name = Text(help="The name to file under", example="Austen, Jane")
    alternate_names = Strings(example=["A Lady"])
    birth_year = Integer(null=True, help="Negative is BCE", example=1775)
    death_year = Integer(null=True, help="Negative is BCE", example=1817)
    bio = Text(null=True, example=None)
    identifiers = Field(type="object", additionalProperties={"type": "array", "items": {"type": "string"}})
    books_count = Integer(example=9)
    updated_at = Timestamp()
