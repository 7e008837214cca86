"""The ids of authors that loads have merged lead to those they were merged into."""

from django.db import migrations


# Merges that were carried out, each with the author that is there now.
FILL = """
    INSERT INTO changes_formerkey (resource, key, "into", at)
    SELECT 'authors', CAST(gone AS varchar(200)), CAST(kept_id AS varchar(200)), merged_at
    FROM authors_mergedauthor merged
    WHERE NOT EXISTS (SELECT 1 FROM authors_author author WHERE author.id = merged.gone)
"""


class Migration(migrations.Migration):
    dependencies = [("authors", "0003_merges"), ("changes", "0001_changes")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
