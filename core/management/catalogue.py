"""The base class of commands that work on the catalogue: they check the database before they begin."""

from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import DatabaseError, InterfaceError, OperationalError, connection

from core.migrations_check import UnknownVersionError, check_version, unapplied_migrations, way_out


class CatalogueCommand(BaseCommand):
    """A command that begins only if the database can be used and has all migrations."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run the command. Raises CommandError, one line, if the database is another version's, not migrated or away.

        A database that goes away, or a full disk, ends the command halfway alike; `--traceback` shows where.
        """
        check_database()
        try:
            missing = unapplied_migrations()
        except DatabaseError as error:
            raise unusable_error(error) from error
        if missing:
            raise CommandError(
                f"the database has not been migrated: {len(missing)} migrations; run `manage.py migrate`"
            )
        try:
            return super().execute(*args, **options)
        except (OperationalError, InterfaceError) as error:
            raise unusable_error(error) from error


def check_database() -> None:
    """Raise CommandError, one line, if the database cannot be used or another version of Octavo made it."""
    try:
        check_version()
    except UnknownVersionError as error:
        raise CommandError(f"{error}: {way_out()}") from None
    except DatabaseError as error:
        raise unusable_error(error) from error


def unusable_error(error: BaseException) -> CommandError:
    """The CommandError for a database that cannot be used, with the first line of the driver's message."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return CommandError(f"the database {connection.settings_dict['NAME']} cannot be used: {lines[0]}")
