#!/bin/sh
# Replaces the running version of docker-compose.prod.yml by the one in this folder, without an interruption:
# builds, migrates, starts the new web processes beside the old ones, and ends the old ones when the new ones serve.
set -eu
cd "$(dirname "$0")/.."
if docker compose version >/dev/null 2>&1; then compose="docker compose"; else compose=docker-compose; fi
compose() { $compose -f docker-compose.prod.yml ${COMPOSE_MORE:-} "$@"; }
fail() { echo "Vakhta: $*. The old version goes on serving." >&2; exit 1; }
count() { echo $#; }

old=$(compose ps -q web)
webs=$(count $old) workers=$(count $(compose ps -q worker))
[ "$webs" -gt 0 ] || { echo "Vakhta: nothing runs yet: $compose -f docker-compose.prod.yml up -d" >&2; exit 1; }

[ "${1:-}" = --built ] || compose build web || fail "the image cannot be built"
compose run --rm prepare || fail "the new version cannot be prepared"
compose up -d --no-deps --no-recreate --scale web=$((2 * webs)) web

for id in $(compose ps -q web); do
    case "$old" in *"$id"*) continue ;; esac
    for attempt in $(seq 150); do
        state=$(docker inspect --format '{{.State.Health.Status}}' "$id")
        [ "$state" = healthy ] && break
        sleep 2
    done
    [ "$state" = healthy ] || { docker rm -f "$id"; fail "a process of the new version does not become healthy"; }
done

docker stop $old >/dev/null # answers what it has, accepts nothing more
docker rm $old >/dev/null
compose up -d --no-deps --scale "worker=$workers" worker
compose up -d --no-deps beat bot
echo "The new version serves."
