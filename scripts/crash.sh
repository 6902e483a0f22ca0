#!/bin/sh
# usage: scripts/crash.sh [N]
# Kills the program with SIGKILL at N random instants (default 2000) while it mines on a private litecoind, or serves a
# Stratum miner, and merges Dogecoin (a real dogecoind, if one is on the PATH); at times it kills a node too. Reports how
# many blocks of each chain were found, accepted at once, recovered by the next start, and lost. Each run prints
# SOLO_CRASH_SEED; set it to repeat a run's instants.
set -eu

case "${1-}" in
-h | --help) sed -n '2,6s/^# //p' "$0"; exit 0 ;;
esac
cd "$(dirname "$0")/.."
scripts/install-litecoind.sh
export SOLO_REQUIRE_LITECOIND=1 SOLO_CRASHES="${1-2000}"
exec go test -count 1 -timeout 2h -v -run TestH21KilledAtAnyInstant ./cmd/ltcsolo
