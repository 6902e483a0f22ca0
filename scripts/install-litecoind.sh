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

"${0%/*}/apt-install.sh" litecoind || give_up "There is no litecoind"
