"""Whether this process lives, and whether it can serve."""

from django.db import Error, connection
from django.db.migrations.recorder import MigrationRecorder

from core.migrations_check import UnknownVersionError, check_version, unapplied_migrations


class Readiness:
    """Checks the database each time, and the migrations until they are found complete once."""

    def __init__(self) -> None:
        self._migrated = False
        self.draining = False
        """Set when the process was told to end: it still answers, and should be sent nothing new."""

    def problems(self) -> list[str]:
        """What keeps this process from serving; nothing when it is ready. Redis is never a reason."""
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
