#!/bin/sh
# usage: scripts/bench.sh [regexp]
# Runs the benchmarks of every package that has some (those whose name matches
# the expression) and prints Go's own report, for benchstat to compare.
set -eu

case "${1-}" in
-h | --help) sed -n '2,4s/^# //p' "$0"; exit 0 ;;
esac
cd "$(dirname "$0")/.."
packages=$(grep -rl --include='*_test.go' '^func Benchmark' . | sed 's|/[^/]*$||' | sort -u)
[ -n "$packages" ] || { echo "no package has a benchmark" >&2; exit 1; }
# One package at a time (-p 1): two at once would measure each other.
exec go test -run '^$' -p 1 -bench "${1-.}" -benchmem $packages
