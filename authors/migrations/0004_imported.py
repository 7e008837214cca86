from django.db import migrations

from core.database.fields import imported_field


class Migration(migrations.Migration):
    """Which authors a load made. In SQL: Django would rebuild the table on SQLite, and lose its triggers."""

    dependencies = [("authors", "0003_search_follows")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE authors_author ADD COLUMN imported bool NOT NULL DEFAULT false",
            "ALTER TABLE authors_author DROP COLUMN imported",
            [migrations.AddField("author", "imported", imported_field())],
        )
    ]
