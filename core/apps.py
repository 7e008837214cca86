from django.apps import AppConfig
from django.core.signals import request_started
from django.db.backends.signals import connection_created

from core.database.connections import close_replaced, equip


class CoreConfig(AppConfig):
    """Accounts, jobs, counters and the serving machinery."""

    name = "core"

    def ready(self) -> None:
        """Called once Django is set up."""
        connection_created.connect(equip)
        request_started.connect(close_replaced)
