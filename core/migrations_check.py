"""Compares the migrations that the database has with those of this code: either may lack some of the other's."""

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

SHOWN = 3
"""Migrations named in a message; the rest are counted."""


class UnknownVersionError(Exception):
    """Raised if a version of Octavo that this code does not know made the database; the message is one line."""


def unapplied_migrations() -> list[str]:
    """The names of this code's migrations that the database lacks.

    Raises django.db.Error if the database cannot be read.
    """
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def unknown_migrations() -> list[str]:
    """The names of migrations that the database has and this code lacks; those of Django's own apps are left out.

    There are some if another version of Octavo made the database: one from before the first release, or a later one.
    Its tables may differ in anything, so nothing may be read from them. Raises django.db.Error if the database cannot
    be read.
    """
    loader = MigrationLoader(connection)
    known = {*loader.disk_migrations, *(key for each in loader.disk_migrations.values() for key in each.replaces)}
    djangos = {app.label for app in apps.get_app_configs() if app.name.startswith("django.")}
    unknown = {(app, name) for app, name in loader.applied_migrations if app not in djangos} - known
    return [f"{app}.{name}" for app, name in sorted(unknown)]


def check_version() -> None:
    """Raise UnknownVersionError if another version of Octavo made the database.

    Raises django.db.Error if the database cannot be read.
    """
    if unknown := unknown_migrations():
        more = f" and {len(unknown) - SHOWN} more" if len(unknown) > SHOWN else ""
        raise UnknownVersionError(
            f"the database was made by a version of Octavo that this one does not know"
            f" (migrations {', '.join(unknown[:SHOWN])}{more})"
        )


def way_out() -> str:
    """What to do with a database of another version, as one sentence: what to move aside, and how to load again."""
    name = settings.DATABASES["default"]["NAME"]
    if connection.vendor == "sqlite":
        aside = f"move {name} and the files whose names begin like it to another folder"
    else:
        aside = f"create another database than {name} and name it in DATABASE_URL"
    return f"run the version that made it, or {aside}, then migrate and load the catalogues again with import_books"
