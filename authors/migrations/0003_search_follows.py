from django.db import migrations

from core.search.index import TextIndex

INDEX = TextIndex("authors_search", "author_id", "authors_author", {"names": ("words", "A")})


class Migration(migrations.Migration):
    """Rows of the full-text index go with their authors by trigger; a reference costs a check a row."""

    dependencies = [("authors", "0002_search")]
    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: INDEX.add_delete_triggers(schema_editor),
            lambda apps, schema_editor: INDEX.drop_delete_triggers(schema_editor),
        )
    ]
