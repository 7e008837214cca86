"""The Django project of the peers that use Django: no middleware, no sessions, persistent connections.

PEER names the module whose `urlpatterns` are served. Less is done a request than in what `startproject`
makes, in the peers' favour.
"""

import os

import dj_database_url

PEER = os.environ.get("PEER", "benchmarks.peers.stock_drf")
PUBLIC_URL = os.environ.get("PUBLIC_URL", "http://127.0.0.1:8000")
DEBUG = False
SECRET_KEY = "a benchmark keeps no secrets"
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "rest_framework",
    "core",
    "core.accounts",
    "core.jobs",
    "authors",
    "books",
    "django_bolt",
]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = PEER
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"
LOGGING_CONFIG = None

DATABASES = {"default": dict(dj_database_url.parse(os.environ["DATABASE_URL"]))}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # The same pragmas as Octavo's own.
    DATABASES["default"]["OPTIONS"] = {
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA mmap_size=1073741824; PRAGMA cache_size=-32000;"
        )
    }
    DATABASES["default"]["CONN_MAX_AGE"] = None
elif os.environ.get("PEER_ASYNC"):
    # Under ASGI a connection outlives its request in a pool only.
    DATABASES["default"]["OPTIONS"] = {"pool": {"min_size": 4, "max_size": 16}}
    DATABASES["default"]["CONN_MAX_AGE"] = 0
else:
    DATABASES["default"]["CONN_MAX_AGE"] = None

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
    "PAGE_SIZE": 25,
    "COERCE_DECIMAL_TO_STRING": False,
}
BOLT_API = ["benchmarks.peers.bolt:api"]
