from django.apps import AppConfig


class JobsConfig(AppConfig):
    """The Django app `core.jobs`, with the table of long tasks."""

    name = "core.jobs"
