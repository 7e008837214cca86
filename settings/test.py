"""The tests' settings: the development ones, over a database file and a cache of each test process's own."""

import os
import tempfile

from settings.dev import *  # noqa: F403
from settings.dev import ALLOWED_HOSTS, CACHES, DATABASES

ALLOWED_HOSTS = [*ALLOWED_HOSTS, "testserver"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES["default"]["KEY_PREFIX"] = f"test-{os.getpid()}"
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # In memory every thread would share one connection: locks, WAL and data_version would not be tested.
    DATABASES["default"]["TEST"] = {"NAME": f"{tempfile.gettempdir()}/octavo-{os.getpid()}.sqlite3"}
