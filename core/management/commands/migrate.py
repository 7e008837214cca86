"""`manage.py migrate`: Django's own, which leaves alone a database that another version of Octavo made."""

from typing import Any

from django.core.management.commands import migrate
from django.db import OperationalError
from django.db.migrations.exceptions import MigrationSchemaMissing

from core.management.catalogue import check_database, invalid_parameters


class Command(migrate.Command):
    """Brings the database to the state that this version's code expects."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Migrate; CommandError with one line, and nothing changed, where the database is not this version's."""
        # Before Django's own checks, which ask the database for its version.
        check_database()
        try:
            return super().execute(*args, **options)
        except MigrationSchemaMissing as error:
            # Django's own words go around the server's.
            raise invalid_parameters(error.__context__ or error) from error
        except OperationalError as error:
            raise invalid_parameters(error) from error
