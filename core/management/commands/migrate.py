"""`manage.py migrate`: Django's command, which here refuses a database that another version of Octavo made."""

from typing import Any

from django.core.management.commands import migrate
from django.db import OperationalError
from django.db.migrations.exceptions import MigrationSchemaMissing

from core.management.catalogue import check_database, unusable_error
from core.search.version import note_version_of_empty_catalogue, outdated_index


class Command(migrate.Command):
    """Brings the tables to the state that this version's code expects."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Migrate.

        Raises CommandError, of one line, before any change if another version of Octavo made the database.
        """
        # Before Django's own checks, which connect to the database.
        check_database()
        try:
            done = super().execute(*args, **options)
            self._look_at_the_index(**options)
        except MigrationSchemaMissing as error:
            # The cause holds the server's message, which Django wraps in its own.
            raise unusable_error(error.__context__ or error) from error
        except OperationalError as error:
            raise unusable_error(error) from error
        return done

    def _look_at_the_index(self, **options: Any) -> None:
        """Say that the search index is an older version's; not where only some of the tables may be there."""
        if options.get("app_label") or options.get("plan") or options.get("check_unapplied"):
            return
        note_version_of_empty_catalogue()
        if options.get("verbosity", 1) and (notice := outdated_index()):
            self.stderr.write(f"Note: {notice}.")
