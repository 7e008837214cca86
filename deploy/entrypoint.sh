#!/bin/sh
# The first argument is what a container runs: api, worker, beat, migrate or a command of manage.py.
# The program replaces this shell, so that signals reach it; further arguments are its options.
set -eu
cd "$(dirname "$0")/.."
command="${1:-api}"
[ $# -eq 0 ] || shift
# A wrong variable ends the start here, as Celery's own message would not name it.
level() { python -c 'from settings.env import load_or_exit; print(load_or_exit().log_level)'; }
case "$command" in
api)
    exec python -m gunicorn -c deploy/gunicorn.conf.py "$@" core.asgi:application
    ;;
worker)
    level=$(level)
    # Workers exchange no messages: jobs and their leases are in the database.
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
