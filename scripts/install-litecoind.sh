#!/bin/sh
# usage: scripts/install-litecoind.sh
# Installs litecoind and litecoin-cli with apt-get if there is no litecoind. The
# environment variable LITECOIND may name one that is not on PATH.
set -eu

case "${1-}" in
'') ;;
*) sed -n '2,4s/^# *//p' "$0"; exit 0 ;;
esac

give_up() {
	cat >&2 <<-END
	$1.
	Install litecoind 0.21.2 or newer: "apt-get install litecoind" as root if the
	system has that package; otherwise get the release for this machine from
	https://github.com/litecoin-project/litecoin/releases, unpack it, and put its
	bin directory on PATH (or set LITECOIND to bin/litecoind).
	END
	exit 1
}

if [ -n "${LITECOIND-}" ]; then
	command -v "$LITECOIND" >/dev/null || give_up "LITECOIND names $LITECOIND, which is not a program"
	exit 0
fi
if command -v litecoind >/dev/null; then exit 0; fi

command -v apt-get >/dev/null || give_up "litecoind is not installed, and neither is apt-get"
sudo=
if [ "$(id -u)" -ne 0 ]; then
	command -v sudo >/dev/null || give_up "litecoind is not installed, and installing it needs root or sudo"
	sudo=sudo
fi
echo "litecoind is not installed: installing it with apt-get" >&2
$sudo apt-get update -q >&2 || echo "apt-get update failed: trying with the present lists" >&2
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends litecoind >&2 ||
	give_up "apt-get could not install litecoind"
