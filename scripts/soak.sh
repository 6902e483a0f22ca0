#!/bin/sh
# usage: scripts/soak.sh [TIME]
# Mines on private nodes of Litecoin and Dogecoin for TIME (default 30m), with this CPU and a miner connected by Stratum,
# while nodes, networks and disks fail at random, and reports how many blocks of each chain were found, accepted, orphaned
# and lost, and how much memory was used. Where there is no dogecoind, a scripted one stands in for it. Each run prints
# SOLO_SOAK_SEED; set it to repeat a run's faults.
set -eu

case "${1-}" in
-h | --help) sed -n '2,6s/^# //p' "$0"; exit 0 ;;
esac
cd "$(dirname "$0")/.."
scripts/install-litecoind.sh
export SOLO_REQUIRE_LITECOIND=1 SOLO_SOAK="${1-30m}" CGO_ENABLED=1
exec go test -race -count 1 -timeout 3h -v -run TestSoak ./solo
