from django.apps import AppConfig


class JobsConfig(AppConfig):
    """The record of long tasks."""

    name = "core.jobs"
