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
    own_index=frozenset({"title", "authors"}),
)


class Migration(migrations.Migration):
    """Indexes of the words in titles and of those in authors' names, on PostgreSQL."""

    dependencies = [("books", "0006_suggestions")]
    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: INDEX.create_own_indexes(schema_editor),
            lambda apps, schema_editor: INDEX.drop_own_indexes(schema_editor),
        )
    ]
