from django.db import migrations, models

KEYS = {
    "bookauthor": ("book_author_role", ("book", "author", "role")),
    "bookcategory": ("book_category_once", ("book", "category")),
    "booksubject": ("book_subject_once", ("book", "subject")),
    "booklanguage": ("book_language_once", ("book", "code")),
}


class KeyInsteadOfId(migrations.operations.base.Operation):
    """What makes a link unique becomes its primary key; its id goes, and an index less is written a row.

    Django's own operations cannot change to a composite key. On SQLite the table is made anew.
    """

    reversible = False
    reduces_to_sql = True

    def __init__(self, name, constraint, key):
        self.name, self.constraint, self.key = name, constraint, tuple(key)

    def state_forwards(self, app_label, state):
        model = state.models[app_label, self.name]
        key = models.CompositePrimaryKey(*self.key, blank=True, editable=False, primary_key=True, serialize=False)
        del model.fields["id"]
        model.fields["pk"] = key
        model.options["constraints"] = [c for c in model.options["constraints"] if c.name != self.constraint]
        state.reload_model(app_label, self.name, delay=False)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        new = to_state.apps.get_model(app_label, self.name)
        columns = {field.name: field.column for field in new._meta.concrete_fields}
        table, key = new._meta.db_table, ", ".join(columns[name] for name in self.key)
        if schema_editor.connection.vendor == "postgresql":
            for statement in (
                f"ALTER TABLE {table} DROP COLUMN id",
                f"ALTER TABLE {table} DROP CONSTRAINT {self.constraint}",
                f"ALTER TABLE {table} ADD PRIMARY KEY ({key})",
            ):
                schema_editor.execute(statement)
            return
        for index in new._meta.indexes:
            schema_editor.execute(f"DROP INDEX {index.name}")
        schema_editor.execute(f"ALTER TABLE {table} RENAME TO {table}_with_id")
        schema_editor.create_model(new)
        names = ", ".join(columns.values())
        schema_editor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM {table}_with_id ORDER BY id")  # noqa: S608
        schema_editor.execute(f"DROP TABLE {table}_with_id")

    def describe(self):
        return f"Make {', '.join(self.key)} the primary key of {self.name}"


class Migration(migrations.Migration):
    """Links have no id: half the time of adding them went into its index and its sequence."""

    dependencies = [("books", "0004_search_follows")]
    operations = [
        *(KeyInsteadOfId(name, constraint, key) for name, (constraint, key) in KEYS.items()),
        migrations.AlterModelOptions("bookauthor", options={"ordering": ["position", "author_id", "role"]}),
        migrations.AlterModelOptions("bookcategory", options={"ordering": ["position", "category_id"]}),
        migrations.AlterModelOptions("booksubject", options={"ordering": ["position", "subject_id"]}),
    ]
