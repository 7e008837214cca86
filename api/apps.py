from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The Django app of the HTTP API, with the command `serve`."""

    name = "api"
