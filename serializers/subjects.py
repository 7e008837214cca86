"""How subjects are shown."""

from books.models import Subject
from serializers.base import Integer, Serializer, Text, Url


class SubjectLinkSerializer(Serializer):
    """A subject inside a book."""

    name = Text("subject.name", example="Courtship")
    slug = Text("subject.slug", example="courtship")
    kind = Text("subject.kind", enum=Subject.Kind.values)


class SubjectSerializer(Serializer):
    """A subject, in lists and alone."""

    name = Text(example="Courtship")
    slug = Text(example="courtship")
    kind = Text(enum=Subject.Kind.values)
    url = Url("subjects", "slug")
    books_count = Integer()
