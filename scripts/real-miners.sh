#!/bin/sh
# usage: scripts/real-miners.sh
# Tries ltcsolo serve with the mining programs on the PATH (minerd, cpuminer, cpuminer-multi, bfgminer, cgminer), on a
# private litecoind with MWEB active. Each must find blocks that the node takes, and go on by itself after a restart and a
# kill of the server, a restart of the node and a reorganisation; fewer than one share in 200 may be refused. It says which
# programs are absent. Each takes some minutes; cgminer needs OpenCL, and far longer where that is the CPU's. LTCSOLO names the
# ltcsolo to try, by default the one of this source.
set -eu

case "${1-}" in
-h | --help) sed -n '2,7s/^# //p' "$0"; exit 0 ;;
esac
cd "$(dirname "$0")/.."
scripts/install-litecoind.sh
export SOLO_REQUIRE_LITECOIND=1 SOLO_REQUIRE_MINERS=1
exec go test -count 1 -timeout 2h -v -run TestRealMiners ./scripts/realminers
