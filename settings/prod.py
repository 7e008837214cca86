"""Production: secrets and addresses have no default here, and connections are expected over TLS."""

from settings.base import *  # noqa: F403
from settings.env import load_or_exit

ENV = load_or_exit(required=("SECRET_KEY", "ALLOWED_HOSTS", "PUBLIC_URL", "DATABASE_URL"))

DEBUG = False
SECURE_PROXY_SSL_HEADER = None
# TLS ends at the load balancer, which redirects; Octavo itself answers whatever reaches it.
SECURE_SSL_REDIRECT = False
# W003: there are no cookies, so no CSRF. W005, W021: other hosts of the domain are not Octavo's to bind.
SILENCED_SYSTEM_CHECKS = ["security.W003", "security.W005", "security.W008", "security.W021"]
SECURE_HSTS_SECONDS = 31_536_000 if ENV.public_url.startswith("https") else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
