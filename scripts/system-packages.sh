#!/bin/sh
# Install the system libraries that Qt and PortAudio need: `system-packages.sh run|test`.
# As root or with sudo they are installed; otherwise the one line to run is printed and the caller goes on, since
# most of them are usually there.
set -eu

RUN="python3-venv libportaudio2 libasound2-plugins libgl1 libegl1 libglib2.0-0 libfontconfig1 libdbus-1-3
libxkbcommon0 libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxcb-xkb1
libxcb-randr0 libxcb-render-util0 libxcb-image0 fonts-dejavu-core"
TEST="$RUN portaudio19-dev gcc python3-dev pulseaudio pulseaudio-utils xvfb xdotool
dbus at-spi2-core python3-gi gir1.2-atspi-2.0"

case "${1:-run}" in
  run) wanted=$RUN ;;
  test)
    wanted=$TEST
    # A browser for the service's page. Where it is no package, as on Ubuntu, its tests are skipped.
    if apt-cache show chromium-headless-shell >/dev/null 2>&1; then wanted="$wanted chromium-headless-shell"; fi
    ;;
  *) echo "usage: $0 run|test" >&2; exit 2 ;;
esac

[ "$(uname -s)" = Linux ] || exit 0 # on macOS and Windows the wheels bring what they need
if ! command -v dpkg-query >/dev/null 2>&1; then
  echo "This is no Debian or Ubuntu. Install PortAudio and the libraries that Qt 6 needs with your package manager." >&2
  exit 0
fi

installed() {
  # Some libraries were renamed (libglib2.0-0t64): whoever provides the name counts.
  dpkg-query -W -f='${Status} ${Package} ${Provides}\n' 2>/dev/null
}
have=$(installed | sed -n 's/^install ok installed //p' | tr ' ,' '\n\n' | sed 's/:.*//' | sort -u)
missing=
for package in $wanted; do
  printf '%s\n' "$have" | grep -qx "$package" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

line="apt-get install -y --no-install-recommends$missing"
if [ "$(id -u)" = 0 ]; then
  as_root=
elif command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
  as_root=sudo
else
  echo "Some system libraries are missing. Run this once:" >&2
  echo "  sudo $line" >&2
  exit 0
fi
echo "Installing system libraries:$missing" >&2
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086
if ! { $as_root apt-get update -q >/dev/null && $as_root $line >/dev/null; }; then
  echo "That did not work. Run it yourself to see why: $as_root $line" >&2
  exit 1
fi
