"""The table of words holds words alone, without counts, and finds them by their ends too."""

from django.db import migrations, models

import core.database.fields

CHUNK = 10_000


def turn(apps, schema_editor):
    """Write the words there are backwards; by reverse() on PostgreSQL, in Python on SQLite, which has no reverse()."""
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Rows are no longer updated in place, for which the table's pages kept room.
            cursor.execute("ALTER TABLE books_word RESET (fillfactor)")
            cursor.execute("UPDATE books_word SET reversed = reverse(word)")
            return
        last = ""
        while words := cursor.execute(
            "SELECT word FROM books_word WHERE word > %s ORDER BY word LIMIT %s", [last, CHUNK]
        ).fetchall():
            rows = [(word[::-1], word) for (word,) in words]
            cursor.executemany("UPDATE books_word SET reversed = %s WHERE word = %s", rows)
            last = words[-1][0]


class Migration(migrations.Migration):
    """Words without counts, each with its reverse; and the notes of words that rows lost."""

    dependencies = [("books", "0002_places_and_spellings")]

    operations = [
        migrations.RemoveField("word", "titles"),
        migrations.RemoveField("word", "names"),
        migrations.RemoveField("word", "subjects"),
        migrations.AddField(
            "word", "reversed", core.database.fields.FoldedField(max_length=64, default=""), preserve_default=False
        ),
        migrations.RunPython(turn, migrations.RunPython.noop),
        migrations.AddIndex("word", models.Index(fields=["reversed"], name="books_word_reversed")),
        migrations.CreateModel(
            name="LostWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("word", models.CharField(max_length=64)),
            ],
        ),
    ]
