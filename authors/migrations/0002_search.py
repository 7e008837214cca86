from django.db import migrations

from core.search.index import TextIndex

# Written out, not imported: a migration must stay what it was.
INDEX = TextIndex("authors_search", "author_id", "authors_author", {"names": ("words", "A")})


class Migration(migrations.Migration):
    """The full-text index of authors."""

    dependencies = [("authors", "0001_initial")]
    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: INDEX.create(schema_editor),
            lambda apps, schema_editor: INDEX.drop(schema_editor),
        )
    ]
