"""An upgrade of the containers: what is left, and what is told, when each of its steps fails."""

import os
import subprocess

import pytest
from django.conf import settings

pytestmark = pytest.mark.once
ROOT = settings.BASE_DIR
DOCKER = """#!/bin/sh
# Stands in for Docker: containers are files of the folder $FAKE that hold what `inspect` says of them.
cd "$FAKE"
echo "$@" >>calls
case "$1 $2" in "compose version") exit 0 ;; esac
case "$*" in
    *"ps -aq web") ls | grep ^web || true ;;
    *" ps -q "*) echo one ;;
    *" build "*) exit "${BUILD:-0}" ;;
    *" run "*) exit "${RUN:-0}" ;;
    *" --no-recreate "*) for state in "${NEW:-running healthy}" "${NEXT:-running healthy}"; do
        number=$(ls | grep -c ^web); echo "$state" >"web$number"; done; exit "${UP:-0}" ;;
    "inspect "*) for id in "$@"; do :; done; grep -v gone "$id" ;;
    "rm "*|"stop "*) for id in "$@"; do case $id in web*) [ "$1" = stop ] || rm "$id" ;; esac; done ;;
esac
"""


def rolled(folder, **environment):
    (folder / "bin").mkdir()
    (folder / "fake").mkdir(exist_ok=True)
    (folder / "bin" / "docker").write_text(DOCKER)
    (folder / "bin" / "docker").chmod(0o755)
    for name in ("web0", "web1"):
        (folder / "fake" / name).write_text("running healthy\n")
    own = {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "FAKE": str(folder / "fake"), **environment}
    done = subprocess.run(["sh", ROOT / "deploy/roll.sh"], env=own, capture_output=True, text=True, check=False)
    return done, sorted(path.name for path in (folder / "fake").glob("web*"))


def test_a_new_version_takes_the_place_of_the_old_one(tmp_path):
    done, left = rolled(tmp_path)

    assert (done.returncode, left) == (0, ["web2", "web3"]), done.stderr
    assert "stop web0 web1" in (tmp_path / "fake" / "calls").read_text()


def test_a_container_of_a_single_command_is_neither_counted_nor_ended(tmp_path):
    (tmp_path / "fake").mkdir()
    (tmp_path / "fake" / "web-command").write_text("True\n")  # what its label says
    done, left = rolled(tmp_path)

    assert (done.returncode, left) == (0, ["web-command", "web3", "web4"]), done.stderr


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ({"BUILD": "1"}, "cannot be built"),
        ({"RUN": "1"}, "cannot be prepared"),
        ({"UP": "1"}, "cannot be started"),
        ({"NEXT": "running unhealthy"}, "does not become healthy (running unhealthy)"),
        ({"NEW": "restarting starting"}, "does not become healthy (restarting starting)"),
        ({"NEXT": "gone"}, "does not become healthy (gone)"),
    ],
)
def test_of_a_new_version_that_fails_nothing_is_left_beside_the_old_one(tmp_path, fault, told):
    done, left = rolled(tmp_path, **fault)

    assert done.returncode == 1
    assert left == ["web0", "web1"], done.stderr
    assert told in done.stderr
    assert "The old version goes on serving." in done.stderr
    assert "stop web0" not in (tmp_path / "fake" / "calls").read_text()
