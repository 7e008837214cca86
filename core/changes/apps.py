from django.apps import AppConfig


class ChangesConfig(AppConfig):
    """The Django app `core.changes`, with the table of what former ids and slugs lead to."""

    name = "core.changes"
