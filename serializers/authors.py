"""How authors are shown."""

from authors.models import Author
from serializers.base import (
    COUNT,
    IDENTIFIERS,
    KEY,
    YEAR,
    Field,
    Integer,
    Schema,
    Serializer,
    Strings,
    Text,
    Timestamp,
    Url,
)

AUTHOR_KIND: Schema = {"$ref": "#/components/schemas/AuthorKind"}
COMPONENTS: Schema = {"AuthorKind": {"type": "string", "enum": Author.Kind.values}}
"""OpenAPI components that these serializers refer to."""


class AuthorSerializer(Serializer):
    """A person or an organisation that books are by, or a placeholder such as Various."""

    id = Integer(example=68, **KEY)
    url = Url("authors", "id")
    kind = Field(example="person", **AUTHOR_KIND)
    name = Text(help="The name for display", example="Jane Austen", minLength=1, maxLength=500)
    sort_name = Text(help="The name to file under", example="Austen, Jane", maxLength=500)
    alternate_names = Strings(example=["A Lady"])
    birth_year = Integer(null=True, help="Negative is BCE", example=1775, **YEAR)
    death_year = Integer(null=True, help="Negative is BCE", example=1817, **YEAR)
    bio = Text(null=True, example=None)
    identifiers = Field(help="By scheme", **IDENTIFIERS)
    books_count = Integer(example=9, **COUNT)
    updated_at = Timestamp()
