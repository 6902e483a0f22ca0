#!/bin/sh
# usage: scripts/soak.sh [TIME]
# Mines on a private litecoind for TIME (default 30m), with this CPU and a miner connected by Stratum, while node, network
# and disk fail at random, and reports how many blocks were found, accepted, orphaned and lost, and how much memory was
# used. Each run prints SOLO_SOAK_SEED; set it to repeat a run's faults.
set -eu

case "${1-}" in
-h | --help) sed -n '2,5s/^# //p' "$0"; exit 0 ;;
esac
cd "$(dirname "$0")/.."
scripts/install-litecoind.sh
export SOLO_REQUIRE_LITECOIND=1 SOLO_SOAK="${1-30m}" CGO_ENABLED=1
exec go test -race -count 1 -timeout 3h -v -run TestSoak ./solo
