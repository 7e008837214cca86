"""Sort keys of places in a series, and subjects that differ only in spelling as one.

Rows stored before have none of these until `manage.py reindex`. Every new column may be null and the new constraint has
a condition: for others SQLite would copy the whole table, and lose the triggers of books_subject.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from core.database.fields import FoldedField


class Migration(migrations.Migration):
    dependencies = [("books", "0001_books")]

    operations = [
        migrations.AddField("bookseries", "position_key", FoldedField(editable=False, max_length=200, null=True)),
        migrations.RemoveIndex("bookseries", "series_book"),
        migrations.AddIndex(
            "bookseries", models.Index(fields=["name_key", "book", "position_key"], name="series_place")
        ),
        migrations.AddField("subject", "match_key", FoldedField(editable=False, max_length=500, null=True)),
        migrations.AddConstraint(
            "subject",
            models.UniqueConstraint(
                fields=["kind", "match_key"], condition=Q(match_key__isnull=False), name="subject_match"
            ),
        ),
        migrations.AddField("booksubject", "spelling", models.SmallIntegerField(editable=False, null=True)),
        migrations.CreateModel(
            name="SubjectSpelling",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.SmallIntegerField()),
                ("name", models.CharField(max_length=500)),
                (
                    "subject",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="spellings",
                        to="books.subject",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("subject", "number"), name="subject_spelling")],
            },
        ),
    ]
