"""Whether this process lives, and whether it can serve."""

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder


def unapplied_migrations() -> list[str]:
    """Names of the migrations that this code has and the database has not. Raises django.db.Error."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


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
                if missing := unapplied_migrations():
                    return [f"migrations to apply: {', '.join(missing)}"]
                self._migrated = True
            elif not MigrationRecorder(connection).has_table():
                return ["the database has no tables"]
        except Error as error:
            return [f"database: {error.__class__.__name__}"]
        return []


readiness = Readiness()
