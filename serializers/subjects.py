"""How subjects are shown."""

from books.models import Subject
from serializers.base import COUNT, SLUG_FORM, Field, Integer, Schema, Serializer, Text, Url

SUBJECT_KIND: Schema = {"$ref": "#/components/schemas/SubjectKind"}
COMPONENTS: Schema = {"SubjectKind": {"type": "string", "enum": Subject.Kind.values}}
"""OpenAPI components that these serializers refer to."""


class SubjectLinkSerializer(Serializer):
    """A subject that a book is about."""

    name = Text("subject.name", example="Courtship", minLength=1, maxLength=500)
    slug = Text("subject.slug", example="courtship", **SLUG_FORM)
    kind = Field("subject.kind", **SUBJECT_KIND)


class SubjectSerializer(Serializer):
    """What books are about: a term of one of several kinds."""

    name = Text(example="Courtship", minLength=1, maxLength=500)
    slug = Text(example="courtship", **SLUG_FORM)
    kind = Field(**SUBJECT_KIND)
    url = Url("subjects", "slug")
    books_count = Integer(**COUNT)
