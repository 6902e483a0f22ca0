#!/bin/sh
# usage: scripts/bench.sh            a table of each kernel, x/crypto/scrypt, and minerd if it is on the PATH
#        scripts/bench.sh --auto     what --kernel auto chooses, ten times as the machine is and ten times with all processors busy
#        scripts/bench.sh REGEXP     Go's benchmarks of that name ("." for all), for benchstat to compare
set -eu

build() { CGO_ENABLED=0 go build -o bin/ltcsolo ./cmd/ltcsolo; }

# auto prints the kernels that auto chooses in ten measurements, and how often each.
auto() {
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		bin/ltcsolo bench --threads 1 --kernel generic --seconds 0.01 --json | sed 's/.*"auto":"\([^"]*\)".*/\1/'
	done | sort | uniq -c
}

case "${1-}" in
-h | --help) sed -n '2,4s/^# //p' "$0"; exit 0 ;;
esac
cd "$(dirname "$0")/.."
case "${1-}" in
'')
	build
	exec bin/ltcsolo bench
	;;
--auto)
	build
	echo "as the machine is:"
	auto
	echo "with a busy program for each processor:"
	busy=
	trap '[ -z "$busy" ] || kill $busy 2>/dev/null || :' EXIT
	for _ in $(seq "$(nproc)"); do
		timeout 120 nice -n 10 sh -c 'while :; do :; done' &
		busy="$busy $!"
	done
	auto
	exit
	;;
esac
packages=$(grep -rl --include='*_test.go' '^func Benchmark' . | xargs -n 1 dirname | sort -u)
# One package at a time (-p 1): two at once would affect each other.
exec go test -run '^$' -p 1 -bench "$1" -benchmem $packages
