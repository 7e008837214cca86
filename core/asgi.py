"""The ASGI entry that gunicorn's workers run."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.dev")
django.setup(set_prefix=False)

from core.edge import Edge  # noqa: E402
from core.handler import Handler  # noqa: E402

application = Edge(Handler())
