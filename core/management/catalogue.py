"""What every command that works on the catalogue does first: see that the database is there and is this version's."""

from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import DatabaseError, InterfaceError, OperationalError, connection

from core.migrations_check import UnknownVersionError, check_version, unapplied_migrations, way_out


class CatalogueCommand(BaseCommand):
    """A command that begins only on a database that can be used and has all migrations."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run the command; CommandError with one line where the database is another version's, not migrated or away.

        That can be halfway too, and so can a full disk; `--traceback` shows where it was met.
        """
        check_database()
        try:
            missing = unapplied_migrations()
        except DatabaseError as error:
            raise invalid_parameters(error) from error
        if missing:
            raise CommandError(
                f"the database has not been migrated: {len(missing)} migrations; run `manage.py migrate`"
            )
        try:
            return super().execute(*args, **options)
        except (OperationalError, InterfaceError) as error:
            raise invalid_parameters(error) from error


def check_database() -> None:
    """CommandError with one line where the database cannot be used or another version of Octavo made it."""
    try:
        check_version()
    except UnknownVersionError as error:
        raise CommandError(f"{error}: {way_out()}") from None
    except DatabaseError as error:
        raise invalid_parameters(error) from error


def invalid_parameters(error: BaseException) -> CommandError:
    """The one line for a database that cannot be used: PostgreSQL's own messages have several."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return CommandError(f"the database {connection.settings_dict['NAME']} cannot be used: {lines[0]}")
