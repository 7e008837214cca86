from django.db import migrations, models

from core.database.fields import imported_field


class Migration(migrations.Migration):
    """Which categories and subjects a load made, and what lost its last book in one.

    The columns in SQL: Django would rebuild the tables on SQLite, and lose their triggers.
    """

    dependencies = [("books", "0009_references_by_statement"), ("authors", "0004_imported")]
    operations = [
        *(
            migrations.RunSQL(
                f"ALTER TABLE books_{model} ADD COLUMN imported bool NOT NULL DEFAULT false",
                f"ALTER TABLE books_{model} DROP COLUMN imported",
                [migrations.AddField(model, "imported", imported_field())],
            )
            for model in ("category", "subject")
        ),
        migrations.CreateModel(
            name="Emptied",
            fields=[
                ("pk", models.CompositePrimaryKey("kind", "row_id", blank=True, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=20)),
                ("row_id", models.BigIntegerField()),
            ],
        ),
    ]
