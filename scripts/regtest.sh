#!/bin/sh
# usage: scripts/regtest.sh            mine ten blocks on a private network, show them, remove everything
#        scripts/regtest.sh --merged   the same with two dogecoind, and ten Dogecoin blocks too
#        scripts/regtest.sh up         start a private network that stays
#        scripts/regtest.sh mine ...   run ltcsolo mine on it; try --blocks 3
#        scripts/regtest.sh cli ...    run litecoin-cli on its first node
#        scripts/regtest.sh down       stop the network and remove it
# A network is two litecoind in regtest mode with MWEB active; their coins are
# worth nothing. --merged needs dogecoind on PATH, or the name of its file in
# DOGECOIND. "up" keeps the network in LTCSOLO_REGTEST_DIR, by default
# ~/.local/state/ltcsolo/regtest-net.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
case "${1-}" in
-h | --help | help) sed -n '2,11s/^# //p' "$0"; exit 0 ;;
esac

"$root/scripts/install-litecoind.sh"
command -v go >/dev/null || {
	echo "Go is not installed: get the version in go.mod, or newer, from https://go.dev/dl" >&2
	exit 1
}
export CGO_ENABLED=0
case "${1-}" in
'' | --merged | up | mine)
	echo "building ltcsolo (a minute the first time)"
	go build -C "$root" -o bin/ltcsolo ./cmd/ltcsolo
	;;
esac
go build -C "$root" -o bin/regtest ./scripts/regtest
exec "$root/bin/regtest" "$@"
