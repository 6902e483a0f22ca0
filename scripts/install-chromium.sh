#!/bin/sh
# usage: scripts/install-chromium.sh
# Installs Debian's Chromium with apt-get if there is none: the page's tests look at it in a browser.
set -eu

case "${1-}" in
'') ;;
*) sed -n '2,3s/^# *//p' "$0"; exit 0 ;;
esac

give_up() {
	echo "$1: install chromium" >&2
	exit 1
}

for name in chromium chromium-browser google-chrome; do
	if command -v "$name" >/dev/null; then exit 0; fi
done
command -v apt-get >/dev/null || give_up "chromium is not installed, and neither is apt-get"
sudo=
if [ "$(id -u)" -ne 0 ]; then
	command -v sudo >/dev/null || give_up "chromium is not installed, and installing it needs root or sudo"
	sudo=sudo
fi
echo "chromium is not installed: installing it with apt-get" >&2
$sudo apt-get update -q >&2 || echo "apt-get update failed: trying with the present lists" >&2
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends chromium >&2 ||
	give_up "apt-get could not install chromium"
