#!/bin/sh
# What a container does: api, worker, beat or migrate; anything else is a command of manage.py.
# Each replaces this shell, so that signals reach it. Further words are options of what is run.
set -eu
cd "$(dirname "$0")/.."
command="${1:-api}"
[ $# -eq 0 ] || shift
case "$command" in
api)
    exec python -m gunicorn -c deploy/gunicorn.conf.py "$@" core.asgi:application
    ;;
worker)
    # Workers need not know of each other: jobs and their leases are in the database.
    exec python -m celery --quiet -A core.celery worker --without-gossip --without-mingle \
        --loglevel "${LOG_LEVEL:-info}" --concurrency 2 "$@"
    ;;
beat)
    exec python -m celery --quiet -A core.celery beat --loglevel "${LOG_LEVEL:-info}" --pidfile= "$@"
    ;;
migrate)
    exec python manage.py migrate --no-input "$@"
    ;;
*)
    exec python manage.py "$command" "$@"
    ;;
esac
