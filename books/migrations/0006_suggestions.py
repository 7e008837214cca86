from django.db import migrations, models

import core.fields
from core.textindex import TextIndex

# Written out, not imported: a migration must stay what it was.
SUBJECTS = TextIndex("subjects_search", "subject_id", "books_subject", {"name": ("words", "A")})
# The words of titles alone: a word that few titles have may stand on a tenth of all books as a subject.
TITLES = """
    CREATE INDEX books_book_title_words ON books_book
    USING gin (array_to_tsvector(array_remove(string_to_array(title_key, ' '), '')))
"""


def create(apps, schema_editor):
    SUBJECTS.create(schema_editor)
    SUBJECTS.follow(schema_editor)
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(TITLES)
        # Room in each page for counts to change without touching the index.
        schema_editor.execute("ALTER TABLE books_word SET (fillfactor = 70)")


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX books_book_title_words")
    SUBJECTS.drop(schema_editor)


class Migration(migrations.Migration):
    """What suggestions need: the distinct words, a text index of subjects, one of titles. `reindex` fills the first two."""

    dependencies = [("books", "0005_links_by_their_own_key")]
    operations = [
        migrations.CreateModel(
            name="Word",
            fields=[
                ("word", core.fields.FoldedKey(max_length=64, primary_key=True, serialize=False)),
                ("titles", models.IntegerField(default=0)),
                ("names", models.IntegerField(default=0)),
                ("subjects", models.IntegerField(default=0)),
            ],
        ),
        migrations.RunPython(create, drop),
    ]
