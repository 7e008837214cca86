"""The version of the search indexes. A catalogue that is there already has none: it was built by an older version."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0001_row_counts")]

    operations = [
        migrations.CreateModel(
            name="IndexBuild",
            fields=[
                ("id", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(null=True)),
                ("building", models.IntegerField(null=True)),
                ("stage", models.CharField(blank=True, max_length=40)),
                ("last_id", models.BigIntegerField(default=0)),
            ],
        ),
    ]
