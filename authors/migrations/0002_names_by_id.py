"""Authors of one folded name are in the order of their ids, the same on both databases."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """An index by folded name and id instead of one by name alone."""

    dependencies = [("authors", "0001_authors")]

    operations = [
        migrations.AddIndex("author", models.Index(fields=["match_key", "id"], name="author_by_match_key")),
        migrations.RemoveIndex("author", "author_match"),
    ]
