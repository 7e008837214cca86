"""The WSGI door of the peers that use Django."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.peers.project")
application = get_wsgi_application()
