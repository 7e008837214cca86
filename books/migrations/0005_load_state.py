"""How far the load of each source's file has come, and which of the source's keys it has met."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two tables, empty until the next load."""

    dependencies = [("books", "0004_titles_by_id")]

    operations = [
        migrations.CreateModel(
            name="SourceLoad",
            fields=[
                ("source", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("file_size", models.BigIntegerField(default=0)),
                ("file_hash", models.CharField(blank=True, max_length=32)),
                ("position", models.BigIntegerField(null=True)),
                ("counts", models.JSONField(default=dict)),
                ("last_before", models.BigIntegerField(default=0)),
                ("records", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="SeenKeys",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=40)),
                ("number", models.IntegerField()),
                ("bits", models.BinaryField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("source", "number"), name="seen_keys_range")],
            },
        ),
    ]
