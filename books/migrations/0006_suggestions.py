from django.db import migrations, models

import core.database.fields
from core.search.index import TextIndex

# Written out, not imported: a migration must stay what it was.
SUBJECTS = TextIndex("subjects_search", "subject_id", "books_subject", {"name": ("words", "A")})


def create(apps, schema_editor):
    SUBJECTS.create(schema_editor)
    SUBJECTS.add_delete_triggers(schema_editor)
    if schema_editor.connection.vendor == "postgresql":
        # Room in each page for counts to change without touching the index.
        schema_editor.execute("ALTER TABLE books_word SET (fillfactor = 70)")


def drop(apps, schema_editor):
    SUBJECTS.drop(schema_editor)


class Migration(migrations.Migration):
    """What suggestions need: the distinct words, and a text index of subjects. `reindex` fills both."""

    dependencies = [("books", "0005_links_by_their_own_key")]
    operations = [
        migrations.CreateModel(
            name="Word",
            fields=[
                ("word", core.database.fields.FoldedKey(max_length=64, primary_key=True, serialize=False)),
                ("titles", models.IntegerField(default=0)),
                ("names", models.IntegerField(default=0)),
                ("subjects", models.IntegerField(default=0)),
            ],
        ),
        migrations.RunPython(create, drop),
    ]
