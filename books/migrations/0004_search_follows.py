from django.db import migrations

from core.search.index import TextIndex

INDEX = TextIndex("books_search", "book_id", "books_book", {"title": ("words", "A"), "publisher": ("facets", "A")})


class Migration(migrations.Migration):
    """Rows of the full-text index go with their books by trigger; a reference costs a check a row."""

    dependencies = [("books", "0003_no_category_cycles")]
    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: INDEX.add_delete_triggers(schema_editor),
            lambda apps, schema_editor: INDEX.drop_delete_triggers(schema_editor),
        )
    ]
