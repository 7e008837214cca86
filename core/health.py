"""Readiness: whether this process can serve requests."""

from django.db import Error, connection
from django.db.migrations.recorder import MigrationRecorder

from core.migrations_check import UnknownVersionError, check_version, unapplied_migrations


class Readiness:
    """Says whether this process can serve requests: the database answers, and no migration is missing.

    The database is asked each time; the migrations only until none has been missing once.
    """

    def __init__(self) -> None:
        self._migrated = False
        self.draining = False
        """Set once the process has received a signal to end: it still answers, but wants no new connections."""

    def problems(self) -> list[str]:
        """The reasons why this process cannot serve requests, as texts; empty if it can.

        A missing Redis is never a reason.
        """
        if self.draining:
            return ["draining"]
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            if not self._migrated:
                check_version()
                if missing := unapplied_migrations():
                    return [f"migrations to apply: {', '.join(missing)}"]
                self._migrated = True
            elif not MigrationRecorder(connection).has_table():
                return ["the database has no tables"]
        except UnknownVersionError as error:
            return [str(error)]
        except Error as error:
            return [f"database: {error.__class__.__name__}"]
        return []


readiness = Readiness()
