"""Books of one folded title are in the order of their ids, the same on both databases."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """An index by folded title and id instead of one by title alone."""

    dependencies = [("books", "0003_words")]

    operations = [
        migrations.AddIndex("book", models.Index(fields=["title_key", "id"], name="book_by_match_key")),
        migrations.RemoveIndex("book", "book_by_title_key"),
    ]
