#!/bin/sh
# Make the virtual environment and install the program with the given extras: `make-venv.sh cpu [dev ...]`.
set -eu

PYTHON=${PYTHON:-python3}
VENV=${VENV:-.venv}

if ! command -v "$PYTHON" >/dev/null 2>&1; then
  echo "Python 3.11 to 3.13 was not found. Install it, or name one: make PYTHON=/path/to/python3.12 ..." >&2
  exit 1
fi
if [ ! -x "$VENV/bin/python" ] || ! "$VENV/bin/python" -m pip --version >/dev/null 2>&1; then
  echo "Making a virtual environment in $VENV with $("$PYTHON" --version) ..." >&2
  if ! "$PYTHON" -m venv --clear "$VENV"; then
    echo "The virtual environment could not be made. On Debian and Ubuntu: apt-get install python3-venv" >&2
    exit 1
  fi
fi
extras=$(printf '%s,' "$@" | sed 's/,$//')
case ",$extras," in # the two runtimes install over one another silently
  *,gpu,*) "$VENV/bin/python" -m pip uninstall -q -y onnxruntime >/dev/null 2>&1 || true ;;
  *) "$VENV/bin/python" -m pip uninstall -q -y onnxruntime-gpu >/dev/null 2>&1 || true ;;
esac
echo "Installing emoscope[$extras] ..." >&2
"$VENV/bin/python" -m pip install -q --disable-pip-version-check -c constraints.txt -e ".[$extras]"
