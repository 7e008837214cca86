"""The ASGI entry that gunicorn's workers run."""

import os

from django.core.asgi import get_asgi_application

from core.edge import Edge

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.dev")
application = Edge(get_asgi_application())
