"""The tests' settings: the development ones, with a database file and a cache for each test process."""

import os
import tempfile

# Any write in a PostgreSQL cluster changes its generation, so each process of a parallel run has a cluster of its own.
_worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").upper()
os.environ["DATABASE_URL"] = os.environ.get(f"DATABASE_URL_{_worker}") or os.environ.get("DATABASE_URL", "")
# So has each a folder of its own: the lock of an import is a file in it.
if (_folder := os.environ.get("DATA_DIR", "")) and not _folder.endswith(_worker):
    os.environ["DATA_DIR"] = f"{_folder}/{_worker}"

from settings.dev import *  # noqa: E402, F403
from settings.dev import ALLOWED_HOSTS, CACHES, DATABASES  # noqa: E402

ALLOWED_HOSTS = [*ALLOWED_HOSTS, "testserver"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES["default"]["KEY_PREFIX"] = f"test-{os.getpid()}"
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # In memory every thread would share one connection: locks, WAL and data_version would not be tested.
    DATABASES["default"]["TEST"] = {"NAME": f"{tempfile.gettempdir()}/octavo-{os.getpid()}.sqlite3"}
