"""The tests' settings: the development ones, with an own cache prefix and no output of warnings below errors."""

from settings.dev import *  # noqa: F403
from settings.dev import ALLOWED_HOSTS

ALLOWED_HOSTS = [*ALLOWED_HOSTS, "testserver"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
