from django.apps import AppConfig
from django.core.signals import request_started
from django.db.backends.signals import connection_created

from core.database.connections import close_replaced, equip


class CoreConfig(AppConfig):
    """The Django app `core`: the web server, the response cache, search and database tools."""

    name = "core"

    def ready(self) -> None:
        """Called once by django.setup(): connect the receivers of the signals of database connections."""
        connection_created.connect(equip)
        request_started.connect(close_replaced)
