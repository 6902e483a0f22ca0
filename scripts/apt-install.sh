#!/bin/sh
# usage: scripts/apt-install.sh PACKAGE
# Installs a package of Debian's or Ubuntu's with apt-get, as root or by sudo, and says on standard error why it cannot.
set -eu

case "${1-}" in
'' | -*) sed -n '2,3s/^# *//p' "$0"; exit 0 ;;
esac

command -v apt-get >/dev/null || { echo "$1 is not installed, and neither is apt-get" >&2; exit 1; }
sudo=
if [ "$(id -u)" -ne 0 ]; then
	command -v sudo >/dev/null || { echo "$1 is not installed, and installing it needs root or sudo" >&2; exit 1; }
	sudo=sudo
fi
echo "$1 is not installed: installing it with apt-get" >&2
$sudo apt-get update -q >&2 || echo "apt-get update failed: trying with the present lists" >&2
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$1" >&2 ||
	{ echo "apt-get could not install $1" >&2; exit 1; }
