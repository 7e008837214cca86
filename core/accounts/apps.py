from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Accounts and their roles."""

    name = "core.accounts"
