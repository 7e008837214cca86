"""CatalogueCommand: the base of management commands that work on the catalogue, which check the database first."""

from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import DatabaseError, InterfaceError, OperationalError, connection

from core.migrations_check import UnknownVersionError, check_version, unapplied_migrations, way_out


class CatalogueCommand(BaseCommand):
    """A management command that begins only if the database can be used and has all migrations of this code.

    It runs no system checks: those are of the code, and `make check` has run them; the API that they read takes 18 MB.
    """

    requires_system_checks = ()

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run the command. Raises CommandError with a message of one line if the database cannot be used.

        It cannot if another version of Octavo made it, if it lacks migrations, or if it is away. A database that goes
        away halfway, or a full disk, ends the command likewise; `--traceback` shows where.
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
    """Raise CommandError, of one line, if the database cannot be read or has migrations that this code lacks.

    Another version of Octavo made such a database. Migrations that the database lacks are not checked here.
    """
    try:
        check_version()
    except UnknownVersionError as error:
        raise CommandError(f"{error}: {way_out()}") from None
    except DatabaseError as error:
        raise unusable_error(error) from error


def unusable_error(error: BaseException) -> CommandError:
    """A CommandError that says the database cannot be used, with the first line of the driver's message in `error`."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return CommandError(f"the database {connection.settings_dict['NAME']} cannot be used: {lines[0]}")
