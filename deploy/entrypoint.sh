#!/bin/sh
# What a container does: api, worker, beat or migrate; anything else is a command of manage.py.
# Each replaces this shell, so that signals reach it. Further words are options of what is run.
set -eu
cd "$(dirname "$0")/.."
command="${1:-api}"
[ $# -eq 0 ] || shift
# A wrong variable ends the start here: Celery would not say whose value it is.
level() { python -c 'from settings.env import load_or_exit; print(load_or_exit().log_level)'; }
case "$command" in
api)
    exec python -m gunicorn -c deploy/gunicorn.conf.py "$@" core.asgi:application
    ;;
worker)
    level=$(level)
    # Workers need not know of each other: jobs and their leases are in the database.
    exec python -m celery --quiet -A core.celery worker --without-gossip --without-mingle \
        --loglevel "$level" --concurrency 2 "$@"
    ;;
beat)
    level=$(level)
    exec python -m celery --quiet -A core.celery beat --loglevel "$level" --pidfile= "$@"
    ;;
migrate)
    exec python manage.py migrate --no-input "$@"
    ;;
*)
    exec python manage.py "$command" "$@"
    ;;
esac
