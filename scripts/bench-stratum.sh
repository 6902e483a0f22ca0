#!/bin/sh
# usage: scripts/bench-stratum.sh [go test arguments]
# Measures what serving many miners costs: shares' headers checked by each
# kernel, as a ratio to x/crypto/scrypt in the same run, and through the pool;
# shares and blocks through the server; how soon 1,000 and 10,000 clients read
# of a new block, and are back after a restart; memory and processor of idle and
# of busy ones (10,000 need ulimit -n 10100); 100,000 that come and go. "X-goal" is
# what X should be: on an idle machine, since the clients are a process that shares
# its processors.
# More arguments: -benchtime 10s, -cpu 1, -count 5 for benchstat, ...
set -eu

case "${1-}" in
-h | --help) sed -n '2,10s/^# //p' "$0"; exit 0 ;;
esac
cd "$(dirname "$0")/.."
exec go test -run '^$' -p 1 -timeout 30m -benchtime 3s \
	-bench '^Benchmark(Batch|Pool|Shares|LoneShare|BlockShare|Notify|Reconnect|IdleSessions|SteadySessions|Connects)$' "$@" ./solo/scrypt ./solo/stratum
