"""`manage.py flush`: Django's command, extended to the tables of the text indexes, which no model has."""

from typing import Any

from django.core.management.commands import flush


class Command(flush.Command):
    """Empties every table of the database, the text indexes' tables too."""

    def handle(self, **options: Any) -> None:
        """Empty all tables; on PostgreSQL by TRUNCATE … CASCADE, which also empties tables that refer to them."""
        super().handle(**{**options, "allow_cascade": True})
