from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The HTTP contract, and the commands that start it."""

    name = "api"
