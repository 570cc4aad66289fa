#!/bin/sh
# Replaces the running version of docker-compose.prod.yml by the one in this folder, without an interruption:
# builds, migrates, starts the new web processes beside the old ones, and ends the old ones when the new ones serve.
set -eu
cd "$(dirname "$0")/.."
if docker compose version >/dev/null 2>&1; then compose="docker compose"; else compose=docker-compose; fi
compose() { $compose -f docker-compose.prod.yml ${COMPOSE_MORE:-} "$@"; }
say() { echo "Vakhta: $*" >&2; }
fail() { say "$*."; exit 1; }
count() { echo $#; }
webs_of() { # the containers that serve, without those of single commands
    for id in $(compose ps -aq web); do
        one=$(docker inspect --format '{{index .Config.Labels "com.docker.compose.oneoff"}}' "$id" 2>/dev/null) || one=""
        [ "$one" = True ] || echo "$id"
    done
}
added() { # the web containers that were not there before
    for id in $(webs_of); do
        case " $old " in *" $id "*) ;; *) echo "$id" ;; esac
    done
}
# However it ends before the new version serves: nothing of it is left beside the old one.
undo() {
    status=$?
    trap - EXIT
    if [ "$status" -ne 0 ] && [ -n "$serving" ]; then
        say "$serving"
    elif [ "$status" -ne 0 ]; then
        new=$(added) || new=""
        # nginx may have given them requests already, which they answer first.
        [ -z "$new" ] || { docker stop $new; docker rm -f $new; } >/dev/null || say "These could not be removed: $new"
        say "The old version goes on serving."
    fi
    exit "$status"
}

old=$(webs_of | tr '\n' ' ')
webs=$(count $old) workers=$(count $(compose ps -q worker)) beats=$(count $(compose ps -q beat))
[ "$webs" -gt 0 ] || fail "nothing runs yet: $compose -f docker-compose.prod.yml up -d"
serving=""
trap undo EXIT
trap 'exit 130' INT TERM HUP

[ "${1:-}" = --built ] || compose build web || fail "the image cannot be built"
compose run --rm prepare || fail "the new version cannot be prepared"
compose up -d --no-deps --no-recreate --scale "web=$((2 * webs))" web || fail "the new version cannot be started"

new=$(added)
[ "$(count $new)" -eq "$webs" ] || fail "$(count $new) processes of the new version were started instead of $webs"
for id in $new; do
    for attempt in $(seq 150); do
        state=$(docker inspect --format '{{.State.Status}} {{with .State.Health}}{{.Status}}{{end}}' "$id") || state="gone"
        case $state in "running starting" | "created "*) sleep 2 ;; *) break ;; esac
    done
    [ "$state" = "running healthy" ] || {
        docker logs --tail 1000 "$id" 2>&1 | grep -v '"logger": "access"' | tail -n 20 >&2
        fail "a process of the new version does not become healthy ($state)"
    }
done

serving="The new version serves; what remains of the old one: $compose -f docker-compose.prod.yml ps"
docker stop $old >/dev/null # answers what it has, accepts nothing more
docker rm $old >/dev/null
compose up -d --no-deps --scale "worker=$((workers > 0 ? workers : 1))" worker
compose up -d --no-deps --scale "beat=$((beats > 0 ? beats : 1))" beat
compose up -d --no-deps bot
echo "The new version serves."
