"""Production: secrets and addresses have no default here. TLS and its headers are the load balancer's."""

from settings.base import *  # noqa: F403
from settings.env import load_or_exit

ENV = load_or_exit(required=("SECRET_KEY", "ALLOWED_HOSTS", "PUBLIC_URL", "DATABASE_URL"))

DEBUG = False
# What everybody can ask tells nobody how many readers there are, or what is broken.
OPS_DETAILS = bool(ENV.ops_port)
SECURE_PROXY_SSL_HEADER = None
# TLS ends at the load balancer, which redirects; Octavo itself answers whatever reaches it.
SECURE_SSL_REDIRECT = False
# W003: there are no cookies, so no CSRF. W004: HSTS is a promise of whoever holds the certificate.
SILENCED_SYSTEM_CHECKS = ["security.W003", "security.W004", "security.W008"]
