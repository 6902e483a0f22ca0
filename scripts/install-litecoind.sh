#!/bin/sh
# usage: scripts/install-litecoind.sh
# Installs litecoind and litecoin-cli with apt-get, unless litecoind is there or
# the environment variable LITECOIND names the one to use.
set -eu

case "${1-}" in
'') ;;
*) sed -n '2,4s/^# *//p' "$0"; exit 0 ;;
esac

give_up() {
	cat >&2 <<-END
	$1.
	Install litecoind 0.21.2 or newer: "apt-get install litecoind" as root where
	the system has it; otherwise download the release for this machine from
	https://github.com/litecoin-project/litecoin/releases, unpack it, and put its
	bin folder on PATH (or set LITECOIND to bin/litecoind).
	END
	exit 1
}

if [ -n "${LITECOIND-}" ]; then
	command -v "$LITECOIND" >/dev/null || give_up "LITECOIND names $LITECOIND, which is not a program"
	exit 0
fi
if command -v litecoind >/dev/null; then exit 0; fi

command -v apt-get >/dev/null || give_up "litecoind is missing, and so is apt-get"
sudo=
if [ "$(id -u)" -ne 0 ]; then
	command -v sudo >/dev/null || give_up "litecoind is missing, and installing it takes root or sudo"
	sudo=sudo
fi
echo "litecoind is missing: installing it with apt-get" >&2
$sudo apt-get update -q >&2 || echo "apt-get update failed: trying with the existing package lists" >&2
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends litecoind >&2 ||
	give_up "apt-get could not install litecoind"
