"""The Celery application: `celery -A core.celery worker`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.dev")
app = Celery("octavo")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
