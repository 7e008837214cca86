"""`manage.py flush`: Django's, which also empties the tables that no model has."""

from typing import Any

from django.core.management.commands import flush


class Command(flush.Command):
    """Empties every table; on PostgreSQL those of the text indexes too, which refer to the models' tables."""

    def handle(self, **options: Any) -> None:
        """Empty the tables in one TRUNCATE … CASCADE: PostgreSQL refuses to empty a table that others refer to."""
        super().handle(**{**options, "allow_cascade": True})
