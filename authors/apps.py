from django.apps import AppConfig


class AuthorsConfig(AppConfig):
    """Persons, organisations and placeholders that books are credited to."""

    name = "authors"
