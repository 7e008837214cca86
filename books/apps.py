from django.apps import AppConfig


class BooksConfig(AppConfig):
    """Books, what they are classified under, and how they are loaded and searched."""

    name = "books"
