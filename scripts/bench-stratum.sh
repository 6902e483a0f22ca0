#!/bin/sh
# usage: scripts/bench-stratum.sh [go test arguments]
# Measures what serving many miners costs: shares' headers checked by each
# kernel, as a ratio to x/crypto/scrypt in the same run, and through the pool.
# More arguments: -benchtime 3s, -cpu 1, -count 5 for benchstat, ...
set -eu

case "${1-}" in
-h | --help) sed -n '2,5s/^# //p' "$0"; exit 0 ;;
esac
cd "$(dirname "$0")/.."
exec go test -run '^$' -p 1 -timeout 30m -bench '^Benchmark(Batch|Pool)$' "$@" ./solo/scrypt
