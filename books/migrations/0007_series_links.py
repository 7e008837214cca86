"""A book's place refers to its series instead of naming it.

A migration of its own: PostgreSQL changes no table that has rows whose foreign keys are still to be checked.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("books", "0006_series")]

    operations = [
        migrations.RemoveIndex("bookseries", "series_place"),
        migrations.RemoveField("bookseries", "name"),
        migrations.RemoveField("bookseries", "name_key"),
        migrations.AlterField(
            "bookseries",
            "series",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="book_links",
                to="books.series",
            ),
        ),
        migrations.AlterField(
            "bookseries",
            "book",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="series_links",
                to="books.book",
            ),
        ),
        migrations.AddIndex(
            "bookseries", models.Index(fields=["series", "book", "position_key"], name="series_place")
        ),
        migrations.AddConstraint(
            "bookseries",
            models.UniqueConstraint(fields=["book", "series", "position"], name="book_series_once"),
        ),
        # Nothing for the database to do, but on SQLite Django would copy the table, which loses its triggers.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddField(
                    "book",
                    "series",
                    models.ManyToManyField(related_name="books", through="books.BookSeries", to="books.series"),
                )
            ]
        ),
    ]
