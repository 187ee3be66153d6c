#!/bin/sh
# Put Emoscope into this user's menu of programs, with its icon and the types of its files; or take it away:
# `install-desktop.sh [--uninstall | PROGRAM]`. PROGRAM is what the entry starts, by default the one of
# .venv, of dist/emoscope, or on the path.
set -eu

cd "$(dirname "$0")/.."
data=${XDG_DATA_HOME:-$HOME/.local/share}
entry=$data/applications/emoscope.desktop
icon=$data/icons/hicolor/scalable/apps/emoscope.svg
types=$data/mime/packages/emoscope.xml

refresh() { # where the tools are missing, the desktop finds out by itself, later
  ! command -v update-desktop-database >/dev/null 2>&1 || update-desktop-database -q "$data/applications" || true
  ! command -v update-mime-database >/dev/null 2>&1 || update-mime-database "$data/mime" || true
}

if [ "${1:-}" = --uninstall ]; then
  rm -f "$entry" "$icon" "$types"
  [ ! -d "$data/mime/packages" ] || refresh
  echo "Emoscope is no longer in the menu of programs. Settings and sessions are still there." >&2
  exit 0
fi
if [ "$(uname -s)" != Linux ]; then
  echo "Menus of programs are made so on Linux only. Elsewhere start it by: emoscope" >&2
  exit 1
fi
program=${1:-}
for place in "$PWD/.venv/bin/emoscope" "$PWD/dist/emoscope/emoscope" "$(command -v emoscope || true)"; do
  [ -n "$program" ] || [ ! -x "$place" ] || program=$place
done
if [ -z "$program" ] || [ ! -x "$program" ]; then
  echo "There is no program '${program:-emoscope}' to start. Set it up first: make run" >&2
  exit 1
fi
case $program in
  /*) ;;
  *) program=$PWD/$program ;;
esac
mkdir -p "$(dirname "$entry")" "$(dirname "$icon")" "$(dirname "$types")"
# A path in Exec stands in quotes, in which " ` $ \ and % have a meaning.
quoted=$(printf '"%s"' "$(printf '%s' "$program" | sed -e 's/[\\"`$]/\\\\&/g' -e 's/%/%%/g')")
escaped=$(printf '%s' "$quoted" | sed 's/[\\|&]/\\&/g')
sed "s|@EXEC@|$escaped|" package/linux/emoscope.desktop.in >"$entry"
cp desktop_app/assets/icon.svg "$icon"
cp package/linux/emoscope-mime.xml "$types"
chmod 644 "$entry" "$icon" "$types"
refresh
echo "Emoscope is in the menu of programs, and starts $program. Take it away: make uninstall-desktop" >&2
