from django.apps import AppConfig


class BooksConfig(AppConfig):
    """The Django app `books`: books, what they are classified under, how they are loaded and searched."""

    name = "books"
