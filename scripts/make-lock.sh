#!/bin/sh
# Make requirements.lock anew: what `pip install .[cpu]` brings, at the versions of constraints.txt, with the
# SHA-256 of every file of theirs on the package index, for every platform and Python of pyproject.toml.
# Run it after constraints.txt has changed.
set -eu

PYTHON=${PYTHON:-python3}
cd "$(dirname "$0")/.."
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
"$PYTHON" -m venv "$tools"
"$tools/bin/python" -m pip install -q --disable-pip-version-check uv
"$tools/bin/uv" pip compile pyproject.toml --quiet --no-config --extra cpu --constraints constraints.txt \
  --universal --python-version 3.11 --generate-hashes --no-annotate --upgrade \
  --custom-compile-command "sh scripts/make-lock.sh" --output-file requirements.lock
echo "requirements.lock: $(grep -c '^[a-zA-Z]' requirements.lock) packages." >&2
