"""`application`: the ASGI application that gunicorn's workers run."""

import django

from settings.env import choose_settings

choose_settings()
django.setup(set_prefix=False)

from core.accounts.middleware import CredentialsMiddleware  # noqa: E402
from core.cache.middleware import ResponseCacheMiddleware  # noqa: E402
from core.server.handler import Handler  # noqa: E402

handler = Handler()
cache = ResponseCacheMiddleware(handler)
application = CredentialsMiddleware(cache, cache.generation, handler.run)
