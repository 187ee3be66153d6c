#!/bin/sh
# Make the virtual environment and install the program with the given extras: `make-venv.sh cpu [dev ...]`.
set -eu

PYTHON=${PYTHON:-python3}
VENV=${VENV:-.venv}

if ! command -v "$PYTHON" >/dev/null 2>&1; then
  echo "Python 3.11 to 3.13 was not found. Install it, or name one: make PYTHON=/path/to/python3.12 ..." >&2
  exit 1
fi
extras=$(printf '%s,' "$@" | sed 's/,$//')
case ",$extras," in
  *,train,*) size="2.5 GB (more where torch brings CUDA), many minutes" ;;
  *,gpu,*) size="4 GB, many minutes" ;;
  *) size="400 MB (120 MB to download), some minutes" ;;
esac
echo "Setting up $VENV: about $size ..." >&2
if [ ! -x "$VENV/bin/python" ] || ! "$VENV/bin/python" -m pip --version >/dev/null 2>&1; then
  echo "Making a virtual environment in $VENV with $("$PYTHON" --version) ..." >&2
  if ! "$PYTHON" -m venv --clear "$VENV"; then
    echo "The virtual environment could not be made. On Debian and Ubuntu: apt-get install python3-venv" >&2
    exit 1
  fi
fi
case ",$extras," in # the two runtimes install over one another silently
  *,gpu,*) "$VENV/bin/python" -m pip uninstall -q -y onnxruntime >/dev/null 2>&1 || true ;;
  *) "$VENV/bin/python" -m pip uninstall -q -y onnxruntime-gpu >/dev/null 2>&1 || true ;;
esac
echo "Installing the program with its extras $extras ..." >&2
quiet=-q
if [ -t 2 ]; then quiet=; fi # on a terminal, pip shows how far its downloads are
# shellcheck disable=SC2086 # nothing at all where it is empty
"$VENV/bin/python" -m pip install $quiet --disable-pip-version-check -c constraints.txt -e ".[$extras]" >&2
echo "$VENV is set up." >&2
