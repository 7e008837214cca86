"""The embedded default: what `make serve` runs on."""

from settings.base import *  # noqa: F403
from settings.base import ENV

ALLOWED_HOSTS = ENV.allowed_hosts or ["localhost", ".localhost", "127.0.0.1", "[::1]"]
