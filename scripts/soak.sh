#!/bin/sh
# usage: scripts/soak.sh [TIME]
# Mines on a private litecoind for TIME, 30m unless given, while node, network and disk fail at random, and says how many
# blocks were found, accepted, orphaned and lost, and what was held in memory. SOLO_SOAK_SEED, which each run prints,
# repeats a run's choice of faults.
set -eu

case "${1-}" in
-h | --help) sed -n '2,5s/^# //p' "$0"; exit 0 ;;
esac
cd "$(dirname "$0")/.."
scripts/install-litecoind.sh
export SOLO_REQUIRE_LITECOIND=1 SOLO_SOAK="${1-30m}" CGO_ENABLED=1
exec go test -race -count 1 -timeout 3h -v -run TestSoak ./solo
