"""Series have a table of their own: one for each folded name, with a slug and the number of its books."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Exists, Min, OuterRef, Q

from books.models.classification import free_slug, slug_of
from books.models.series import series_key
from core.database.fields import FoldedField
from core.text import sort_name

COUNT = (
    "UPDATE books_series SET books_count = found.n"
    " FROM (SELECT series_id, count(DISTINCT book_id) AS n FROM books_bookseries GROUP BY series_id) found"
    " WHERE found.series_id = books_series.id"
)


def fill(apps: Any, schema_editor: Any) -> None:
    """Make the series that books stand in, by their first names, and refer to them; equal places are stored once."""
    series, links = apps.get_model("books", "Series").objects, apps.get_model("books", "BookSeries").objects
    made: dict[str, Any] = {}
    taken: set[str] = set()
    named = links.values_list("name", "name_key").annotate(first=Min("id")).order_by("first")
    for name, name_key, _ in list(named):
        key = series_key(name)
        if key not in made:
            made[key] = series.create(
                name=name, slug=free_slug(slug_of(name), taken), sort_key=sort_name(name), match_key=key, imported=True
            )
        links.filter(name_key=name_key, name=name).update(series=made[key])
    same = links.filter(pk__lt=OuterRef("pk"), book=OuterRef("book"), series=OuterRef("series"))
    links.filter(Exists(same.filter(position=OuterRef("position")))).delete()
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(COUNT)
    if made:
        apps.get_model("core", "RowCount").objects.update_or_create(name="series", defaults={"value": len(made)})


class Migration(migrations.Migration):
    dependencies = [("books", "0005_load_state"), ("core", "0002_index_build")]

    operations = [
        migrations.CreateModel(
            name="Series",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=500)),
                ("slug", models.CharField(max_length=160, unique=True)),
                ("sort_key", FoldedField(editable=False, max_length=200)),
                ("match_key", FoldedField(editable=False, max_length=200)),
                ("is_default", models.BooleanField(default=True, editable=False)),
                ("books_count", models.IntegerField(default=0, editable=False)),
                ("imported", models.BooleanField(db_default=False, default=False, editable=False)),
            ],
            options={
                "verbose_name_plural": "series",
                "indexes": [
                    models.Index(fields=["sort_key", "id"], name="series_by_name"),
                    models.Index(fields=["books_count", "id"], name="series_by_books"),
                    models.Index(fields=["match_key"], name="series_by_match_key"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(is_default=True), fields=("match_key",), name="series_default_name"
                    ),
                    models.CheckConstraint(condition=~Q(name=""), name="series_has_name"),
                    models.CheckConstraint(condition=Q(books_count__gte=0), name="series_books_count"),
                ],
            },
        ),
        migrations.AddField(
            "bookseries",
            "series",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="book_links",
                to="books.series",
            ),
        ),
        migrations.RunPython(fill),
    ]
