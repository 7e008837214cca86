from django.apps import AppConfig


class AuthorsConfig(AppConfig):
    """The Django app `authors`: the persons, organisations and placeholders that books are credited to."""

    name = "authors"
