"""Compares the migrations that a database has with those of this code: some may be missing or unknown."""

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

SHOWN = 3
"""Migrations named in a message; the rest are counted."""


class UnknownVersionError(Exception):
    """Raised if the database was made by a version of Octavo that this code does not know; the message is one line."""


def unapplied_migrations() -> list[str]:
    """Names of the migrations of this code that the database lacks. Raises django.db.Error."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def unknown_migrations() -> list[str]:
    """Names of the migrations of the database that this code lacks, without Django's own.

    There are some if another version made the database: one from before the first release, or a later one that was
    downgraded. Its tables may differ in anything, so nothing may be read from them. Raises django.db.Error.
    """
    loader = MigrationLoader(connection)
    known = {*loader.disk_migrations, *(key for each in loader.disk_migrations.values() for key in each.replaces)}
    djangos = {app.label for app in apps.get_app_configs() if app.name.startswith("django.")}
    unknown = {(app, name) for app, name in loader.applied_migrations if app not in djangos} - known
    return [f"{app}.{name}" for app, name in sorted(unknown)]


def check_version() -> None:
    """Raise UnknownVersionError if another version made the database. Raises django.db.Error."""
    if unknown := unknown_migrations():
        more = f" and {len(unknown) - SHOWN} more" if len(unknown) > SHOWN else ""
        raise UnknownVersionError(
            f"the database was made by a version of Octavo that this one does not know"
            f" (migrations {', '.join(unknown[:SHOWN])}{more})"
        )


def way_out() -> str:
    """Advice for a database of another version, in one sentence: what to move aside, and how to load again."""
    name = settings.DATABASES["default"]["NAME"]
    if connection.vendor == "sqlite":
        aside = f"move {name} and the files whose names begin like it to another folder"
    else:
        aside = f"create another database than {name} and name it in DATABASE_URL"
    return f"run the version that made it, or {aside}, then migrate and load the catalogues again with import_books"
