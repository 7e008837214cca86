"""The Celery application: `celery -A core.celery worker`."""

from celery import Celery

from settings.env import choose_settings

choose_settings()
app = Celery("octavo")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
