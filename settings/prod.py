"""Production: secrets and addresses have no default. TLS and its headers belong to the load balancer."""

from settings.base import *  # noqa: F403
from settings.env import load_or_exit

ENV = load_or_exit(required=("SECRET_KEY", "ALLOWED_HOSTS", "PUBLIC_URL", "CLIENT_ADDRESS", "DATABASE_URL"))

DEBUG = False
RATE_LIMIT_ANON, RATE_LIMIT_KEY = ENV.rate_limit_anon, ENV.rate_limit_key
# On a public port, metrics and reasons would show everybody the load and the failures of this server.
OPS_DETAILS = bool(ENV.ops_port)
SECURE_PROXY_SSL_HEADER = None
# The load balancer redirects HTTP to HTTPS; Octavo answers every request that reaches it.
SECURE_SSL_REDIRECT = False
# W003: there are no cookies, so no CSRF. W004: HSTS is set where TLS ends. W008: so is the redirect to HTTPS.
SILENCED_SYSTEM_CHECKS = ["security.W003", "security.W004", "security.W008"]
# Printed, a reset link would let whoever reads the log take over an account.
if ENV.email_url.scheme == "console":
    EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
