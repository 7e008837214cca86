from django.db import migrations

from core.search.index import TextIndex

# Written out, not imported: a migration must stay what it was.
INDEX = TextIndex(
    "books_search",
    "book_id",
    "books_book",
    {
        "title": ("words", "A"),
        "authors": ("words", "B"),
        "subtitle": ("words", "C"),
        "subjects": ("words", "D"),
        "publisher": ("facets", "A"),
        "topics": ("facets", "B"),
    },
)


class Migration(migrations.Migration):
    """The full-text index of books."""

    dependencies = [("books", "0001_initial")]
    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: INDEX.create(schema_editor),
            lambda apps, schema_editor: INDEX.drop(schema_editor),
        )
    ]
