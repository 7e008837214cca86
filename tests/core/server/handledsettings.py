"""Settings of the server that tests/core/server/test_handler.py looks at."""

from settings.dev import *  # noqa: F403

ROOT_URLCONF = "tests.core.server.handled"
# Every request is to be handled.
RESPONSE_CACHE = False
