"""A table of merged authors: who is gone, into whom, and on what evidence."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Merges of authors, by the id of the one that is gone."""

    dependencies = [("authors", "0002_names_by_id")]

    operations = [
        migrations.CreateModel(
            name="MergedAuthor",
            fields=[
                ("gone", models.BigIntegerField(primary_key=True, serialize=False)),
                ("evidence", models.CharField(max_length=20)),
                ("merged_at", models.DateTimeField()),
                (
                    "kept",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="merged", to="authors.author"
                    ),
                ),
            ],
        ),
    ]
