#!/bin/sh
# The long-running processes of Vakhta, one word each: web, worker, beat, bot. Anything else is run as it stands.
# `make run` starts them under one supervisor, the containers one by one.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
cd "$here"
role=${1:-web}
python=${VAKHTA_PYTHON:-python}

# Where a supervisor may be killed without a chance to end its children, the next start finds them here.
[ -z "${VAKHTA_RUN_DIR:-}" ] || echo $$ >"$VAKHTA_RUN_DIR/$role.pid"

export CELERY_SKIP_CHECKS=1 # they load the whole web side, 40 MB in each process; `prepare` has run them
export MALLOC_ARENA_MAX=2   # threads otherwise keep heaps of their own
celery() { exec "$python" -m celery --quiet --app config.celery --workdir "$here" "$@"; }

# As root only where nobody set up a user, as in a container without one: said by celery in eight lines otherwise.
export PYTHONWARNINGS="ignore:You're running the worker with superuser"

case $role in
    web) exec "$python" -m gunicorn --config "$here/deploy/gunicorn.conf.py" config.wsgi ;;
    # Threads: the jobs wait for databases and networks, and a second process costs as much memory as the first.
    worker) celery worker --pool threads --concurrency 2 --without-gossip --without-mingle --without-heartbeat ;;
    # Apart from the worker: a worker that is killed would leave an embedded beat behind.
    beat) exec "$python" -m celery --quiet --app config.beat --workdir "$here" beat ;;
    bot) exec "$python" "$here/manage.py" run_bot --skip-checks ;;
    *) exec "$@" ;;
esac
