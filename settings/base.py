"""All settings. `dev`, `test` and `prod` hold only differences."""

from datetime import timedelta
from typing import Any

from settings.env import ROOT, load_or_exit
from settings.logs import logging_settings
from settings.values import database

ENV = load_or_exit()

BASE_DIR = ROOT
DATA_DIR = ENV.data_dir
SECRET_KEY = ENV.secret_key
SECRET_KEY_FALLBACKS = ENV.secret_key_fallbacks
DEBUG = ENV.debug
ALLOWED_HOSTS = ENV.allowed_hosts
PUBLIC_URL = ENV.public_url

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.staticfiles",
    "corsheaders",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "core",
    "core.accounts",
    "core.jobs",
    "core.changes",
    "authors",
    "books",
    "api",
]
# No sessions, no messages, no CSRF: the API keeps no state about a caller and takes no cookies.
MIDDLEWARE = [
    "core.server.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "core.server.cors.CorsMiddleware",
    "core.server.middleware.OperationsPort",
    "core.server.middleware.HostMiddleware",
    "core.server.middleware.TrailingSlashMiddleware",
]
ROOT_URLCONF = "api.urls"
APPEND_SLASH = False
AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}Validator"}
    for name in ("MinimumLength", "CommonPassword", "NumericPassword", "UserAttributeSimilarity")
]
# Seconds for which a mailed token may set a new password.
PASSWORD_RESET_TIMEOUT = 3600
PASSWORD_RESET_URL = ENV.password_reset_url
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES: list[dict[str, Any]] = [
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [ROOT / "api" / "templates"]}
]
STATIC_URL = "/static/"
LANGUAGE_CODE = "en"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"
SILENCED_SYSTEM_CHECKS: list[str] = []
# Bytes of a body, checked before it is read (core/server/handler.py), and at the paths that take more.
BODY_BYTES = 2_500_000
BODY_BYTES_AT = {"/api/v1/books/batch/": 20_000_000}
DATA_UPLOAD_MAX_MEMORY_SIZE = None
THREADS = ENV.threads
QUEUE_SIZE = ENV.queue_size
REQUEST_TIMEOUT = ENV.request_timeout
# Seconds in which a connection must bring a request's line and headers; the body has REQUEST_TIMEOUT.
HEAD_TIMEOUT = 10
DRAIN_SECONDS = ENV.drain_seconds
# The port that serves health and metrics and nothing else; 0: they are served on PORT.
OPS_PORT = ENV.ops_port
# Whether /metrics is served, and whether readiness says why it fails.
OPS_DETAILS = True

DATABASES: dict[str, dict[str, Any]] = {"default": database(ENV.database_url)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A transaction that writes takes its lock at its beginning, so a second writer waits instead of failing midway.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA mmap_size=1073741824; PRAGMA cache_size=-32000;"
        ),
    }
else:
    DATABASES["default"]["OPTIONS"] = {
        "connect_timeout": 3,
        # A server that no longer answers must not block a thread for the two hours of the system's default.
        "tcp_user_timeout": 20_000,
        "keepalives_idle": 20,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        # Values are sent beside a statement; core/database/statements.py prepares the statements that repeat.
        "server_side_binding": ENV.db_prepare,
        # Options in the query of DATABASE_URL override these.
        **DATABASES["default"].get("OPTIONS", {}),
    }
# The web server's threads live as long as it does, and keep their connections (core/server/handler.py).
DATABASES["default"]["CONN_MAX_AGE"] = None

if ENV.redis_url:
    # Short timeouts and no exceptions: without Redis a response is slower by milliseconds, never an error.
    CACHES: dict[str, Any] = {
        "default": {
            "BACKEND": "django_redis.cache.RedisCache",
            "LOCATION": ENV.redis_url,
            "KEY_PREFIX": "octavo",
            "OPTIONS": {
                "IGNORE_EXCEPTIONS": True,
                "SOCKET_CONNECT_TIMEOUT": 0.05,
                "SOCKET_TIMEOUT": 0.1,
            },
        }
    }
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "OPTIONS": {"MAX_ENTRIES": 10_000},
        }
    }
COUNT_CACHE_SECONDS = 3600
# Where volatile values are (core/volatile/): in Redis, or if this is empty in a file in DATA_DIR.
REDIS_URL = ENV.redis_url

# How mail is sent: unless EMAIL_URL says, it is printed in development, and nowhere in production.
EMAIL_BACKEND = ENV.email_url.backend
EMAIL_HOST, EMAIL_PORT = ENV.email_url.host, ENV.email_url.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = ENV.email_url.user, ENV.email_url.password
EMAIL_USE_SSL, EMAIL_USE_TLS = ENV.email_url.scheme == "smtps", ENV.email_url.scheme == "smtp+tls"
EMAIL_TIMEOUT = 20
EMAIL_FROM = ENV.email_from

# The response cache around Django, core/cache/middleware.py. Off, responses are the same, and each is computed anew.
RESPONSE_CACHE = ENV.response_cache
RESPONSE_CACHE_BYTES = ENV.response_cache_bytes
RESPONSE_CACHE_MAX_STALENESS = ENV.response_cache_max_staleness
# The function that says which parameters of a URL have their default value, so that one page has one cache key.
DEFAULT_PARAMETERS = "api.default_parameters.default_parameters"
CDN_TTL = ENV.cdn_ttl
# The database that is asked for its generation, if DATABASE_URL leads to a pooler.
DIRECT_DATABASE = database(ENV.direct_database_url) if ENV.direct_database_url else None

METRICS_DIR = ENV.prometheus_multiproc_dir or None

CELERY_BROKER_URL = ENV.broker_url
CELERY_TASK_IGNORE_RESULT = True
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_ACKS_LATE = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# Redirected, a traceback would be logged as one record for each character.
CELERY_WORKER_REDIRECT_STDOUTS = False
# Celery's own default is a file in the folder that it is started from.
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "books.tasks.sweep", "schedule": timedelta(minutes=1)},
    "recount": {"task": "books.tasks.recount", "schedule": timedelta(days=1)},
    "forget-answers": {"task": "core.changes.tasks.forget_old_answers", "schedule": timedelta(hours=1)},
    "forget-expired": {"task": "core.accounts.tasks.forget_expired_families", "schedule": timedelta(days=1)},
}
if ENV.broker_url.startswith("filesystem"):
    # The embedded broker: messages are files. kombu polls them once a second by default, which delays tasks.
    for folder in ("queue", "control"):
        (DATA_DIR / "broker" / folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(DATA_DIR / "broker" / "queue"),
        "data_folder_out": str(DATA_DIR / "broker" / "queue"),
        "control_folder": str(DATA_DIR / "broker" / "control"),
        "polling_interval": 0.1,
    }

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_RENDERER_CLASSES": ["api.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["api.private.parsers.JSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "api.negotiation.Negotiation",
    "DEFAULT_PAGINATION_CLASS": "api.lists.pagination.KeysetPagination",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "api.schema.CatalogueSchema",
    "EXCEPTION_HANDLER": "api.exceptions.problem_response",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Octavo",
    "VERSION": "1",
    "DESCRIPTION": (
        "A self-hosted book catalogue. Lists are walked by following `next`; unknown parameters are errors, and every "
        "error is a problem document. A field that is unknown is null; one that `fields` leaves out is absent."
    ),
    "LICENSE": {"name": "MIT", "identifier": "MIT"},
    "CONTACT": {"name": "The operator of this server"},
    "SERVERS": [{"url": "/", "description": "The server that this document comes from"}],
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "OAS_VERSION": "3.1.0",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "PREPROCESSING_HOOKS": ["api.schema.only_versioned_paths"],
    "POSTPROCESSING_HOOKS": ["api.schema.describe_the_rest", "api.problem_schema.describe_problems"],
}

# Who may read the catalogue: `public`, or `members`, who send a credential.
CATALOGUE_ACCESS = ENV.catalogue_access
# Whether a change needs the header If-Match.
REQUIRE_IF_MATCH = ENV.require_if_match
# What the paths begin with that need no credential, and at which none is looked at (core/accounts/middleware.py).
OPEN_PATHS = [
    "/health/", "/metrics", "/static/", "/docs/", "/redoc/", "/problems/", "/api/v1/openapi.",
    "/api/v1/auth/token/", "/api/v1/auth/refresh/", "/api/v1/auth/logout/", "/api/v1/auth/password/reset/",
]  # fmt: skip
# What the paths begin with that are not the catalogue: their views say who may do what.
ACCOUNT_PATHS = ["/api/v1/auth/", "/api/v1/users/"]

# How many requests an address and a signed-in caller may make (core/limits/quotas.py), None: any number.
RATE_LIMIT_ANON, RATE_LIMIT_KEY = ENV.rate_limit_anon, ENV.rate_limit_key
# Where a client's address stands: `peer`, or `header:` and a header's name, which these proxies may send.
CLIENT_ADDRESS, TRUSTED_PROXIES = ENV.client_address, ENV.trusted_proxies

CORS_ALLOW_ALL_ORIGINS = True
CORS_ALLOW_METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]
# Origins whose pages may also write and sign in, core/server/cors.py.
CORS_WRITE_ORIGINS = ENV.cors_write_origins
CORS_ALLOW_HEADERS = [
    "authorization", "content-type", "if-match", "if-none-match", "idempotency-key", "last-event-id",
]  # fmt: skip
CORS_EXPOSE_HEADERS = [
    "ETag", "Link", "Location", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-ID",
    "Content-Disposition",
]  # fmt: skip
SECURE_CONTENT_TYPE_NOSNIFF = True

LOGGING = logging_settings(ENV.log_format, ENV.log_level)
