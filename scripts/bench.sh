#!/bin/sh
# usage: scripts/bench.sh            a table of each kernel, x/crypto/scrypt, and minerd if it is on the PATH
#        scripts/bench.sh REGEXP     Go's benchmarks of that name ("." for all), for benchstat to compare
set -eu

case "${1-}" in
-h | --help) sed -n '2,3s/^# //p' "$0"; exit 0 ;;
esac
cd "$(dirname "$0")/.."
if [ $# -eq 0 ]; then
	CGO_ENABLED=0 go build -o bin/ltcsolo ./cmd/ltcsolo
	exec bin/ltcsolo bench
fi
packages=$(grep -rl --include='*_test.go' '^func Benchmark' . | xargs -n 1 dirname | sort -u)
# One package at a time (-p 1): two at once would affect each other.
exec go test -run '^$' -p 1 -bench "$1" -benchmem $packages
