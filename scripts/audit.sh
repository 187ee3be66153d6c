#!/bin/sh
# Look up the packages of requirements.lock among the known vulnerabilities: `audit.sh [options of pip-audit]`.
set -eu

PYTHON=${PYTHON:-python3}
cd "$(dirname "$0")/.."
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
"$PYTHON" -m venv "$tools"
if ! "$tools/bin/python" -m pip install -q --disable-pip-version-check pip-audit >"$tools/log" 2>&1; then
  echo "audit: pip-audit cannot be installed: the package index is not reached." >&2
  exit 1
fi
status=0
"$tools/bin/pip-audit" --requirement requirements.lock --require-hashes --disable-pip --progress-spinner off "$@" \
  >"$tools/out" 2>"$tools/log" || status=$?
cat "$tools/out"
if grep -qiE 'ConnectionError|Connection.*(refused|failed|aborted)|Max retries|Name or service|timed out|ServiceError|HTTPError|ProxyError' "$tools/log"; then
  echo "audit: the list of vulnerabilities is not reached from here: nothing is known." >&2
  exit 1
fi
cat "$tools/log" >&2
unknown=$(grep -c 'could not be audited' "$tools/out" || true)
if [ "$unknown" -gt 0 ]; then
  # pip-audit calls that "no known vulnerabilities".
  echo "audit: nothing is known of $unknown of $(grep -c '^[a-zA-Z]' requirements.lock) packages:" \
    "the index that is reached from here does not tell." >&2
  [ "$status" -ne 0 ] || status=1
fi
exit "$status"
