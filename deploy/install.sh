#!/bin/sh
# Makes .venv with the locked dependencies: `sh deploy/install.sh requirements.lock`. Quick when nothing changed.
set -eu
cd "$(dirname "$0")/.."
lock=$1

fail() { echo "Vakhta: $*" >&2; exit 1; }

# A name on the PATH proves nothing (version managers put shims there): a candidate counts when it runs.
fits() { [ -n "$1" ] && "$1" -c 'import sys, ssl, sqlite3, venv; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1; }
uv_runs() { uv --version >/dev/null 2>&1; }

find_python() {
    pyenv=${PYENV_ROOT:-${HOME:-}/.pyenv}/versions
    for python in "${PYTHON:-}" python3.13 python3.14 python3.12 python3 python \
        "$pyenv"/3.13*/bin/python3 "$pyenv"/3.14*/bin/python3 "$pyenv"/3.12*/bin/python3 \
        /usr/local/bin/python3 /opt/homebrew/bin/python3 "$(uv python find '>=3.12' 2>/dev/null || true)"; do
        fits "$python" && { command -v "$python"; return; }
    done
    return 0
}

make_environment() {
    python=$(find_python)
    rm -rf .venv
    if [ -n "$python" ] && "$python" -c 'import ensurepip' 2>/dev/null; then
        "$python" -m venv .venv >"$log" 2>&1 || fail "$python cannot make .venv: $(tail -n 1 "$log")"
    elif uv_runs; then
        uv venv --quiet --python "${python:-3.13}" .venv >"$log" 2>&1 ||
            fail "no Python 3.12 or newer here, and uv cannot download one: $(tail -n 1 "$log")"
    elif [ -n "$python" ]; then
        fail "$python lacks the venv module. Install it (Debian, Ubuntu: apt install python3-venv) or uv."
    else
        fail "Python 3.12 or newer is needed, or uv (https://docs.astral.sh/uv/); found: $(python3 --version 2>&1 | head -n 1)."
    fi
}

# uv where it runs; pip where it does not, or where only pip knows the way to the packages. Both compile what they
# install: else each of the product's processes would do so at its first start, or at every one where it may not write.
install_locked() {
    if uv_runs && uv pip install --python .venv/bin/python --compile-bytecode --require-hashes -r "$lock" >"$log" 2>&1; then return; fi
    { .venv/bin/python -m pip --version || .venv/bin/python -m ensurepip; } >/dev/null 2>&1 || return 1
    .venv/bin/python -m pip install --disable-pip-version-check --no-input --retries 1 --timeout 20 \
        --require-hashes -r "$lock" >"$log" 2>&1
}

explain() {
    if grep -qiE 'connect|resolve|network|timed out|unreachable|proxy|dns' "$log"; then
        fail "cannot download the dependencies: no network, or the package index does not answer ($log has details)."
    fi
    fail "cannot install the dependencies: $(grep -v '^ *$' "$log" | tail -n 1) ($log has details)."
}

# The copy of the lock says what is installed; the development lock holds everything of the other.
installed() { cmp -s requirements-dev.lock .venv/requirements-dev.lock || cmp -s "$lock" ".venv/$lock"; }

mkdir -p build 2>/dev/null || fail "this folder cannot be written: $(pwd)"
log=build/install.log
.venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1 || make_environment
installed && exit 0
echo "Installing the dependencies named in $lock (the first time this takes a minute) ..."
install_locked || explain
cp "$lock" .venv/
