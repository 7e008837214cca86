from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Accounts, jobs, counters and the serving machinery."""

    name = "core"
