"""The ASGI door of the peers that use Django."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.peers.project")
application = get_asgi_application()
