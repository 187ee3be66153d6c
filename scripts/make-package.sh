#!/bin/sh
# Make a folder that runs without Python, dist/emoscope, and try it: `make-package.sh`.
# What it is made of is installed into a virtual environment of its own, so that nothing else gets in.
set -eu

PYTHON=${PYTHON:-python3}
cd "$(dirname "$0")/.."
"$PYTHON" -m venv --clear build/package-venv
bin=build/package-venv/bin
[ -d "$bin" ] || bin=build/package-venv/Scripts # Windows
echo "Installing what the package is made of, about 600 MB ..." >&2
"$bin/python" -m pip install -q --disable-pip-version-check -c constraints.txt -e ".[cpu,package]"
echo "Making dist/emoscope ..." >&2
"$bin/pyinstaller" --noconfirm --log-level ERROR --distpath dist --workpath build/package package/emoscope.spec
echo "Trying it ..." >&2
"$bin/python" scripts/try_package.py dist/emoscope
