#!/bin/sh
# For a machine without containers: makes what belongs to the program and not to its data, as the owner of this folder:
# the translations, the static files (for nginx beside those of the version before), and what Python compiles.
set -eu
cd "$(dirname "$0")/.."
scratch=$(mktemp -d) # no setting of the installation is needed, and nothing of its data may be touched by another user
trap 'rm -rf "$scratch"' EXIT
ENV_FILE=/dev/null DATA_DIR="$scratch" .venv/bin/python manage.py prepare --files
[ ! -L nginx/static ] || rm nginx/static # what an older guide told to make
mkdir -p nginx/static && cp -R staticfiles/. nginx/static/
.venv/bin/python -m compileall -q .
