"""The ids of authors that loads have merged lead to those they were merged into."""

from typing import Any

from django.db import migrations


def fill(apps: Any, schema_editor: Any) -> None:
    """Note the merges that were carried out, each with the author that is there now."""
    merges = dict(apps.get_model("authors", "MergedAuthor").objects.values_list("gone", "kept_id"))
    there = set(apps.get_model("authors", "Author").objects.filter(pk__in=list(merges)).values_list("pk", flat=True))
    former = apps.get_model("changes", "FormerKey")
    former.objects.bulk_create(
        [
            former(resource="authors", key=str(gone), into=str(kept))
            for gone, kept in merges.items()
            if gone not in there
        ],
        batch_size=5_000,
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("authors", "0003_merges"), ("changes", "0001_changes")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
