from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The Django app `core.accounts`, with the table of accounts."""

    name = "core.accounts"
