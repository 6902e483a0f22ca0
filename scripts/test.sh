#!/bin/sh
# usage: scripts/test.sh [go test arguments]
# Vets the code and runs all tests with the race detector, a real litecoind and
# Chromium, which it installs if they are missing. Without arguments it tests
# ./... Any litecoind from 0.21.2 on will do: to test with another one, put it
# first on PATH. From 0.21.5.4 on a test node gives templates without peers;
# tests ask it which.
set -eu

case "${1-}" in
-h | --help) sed -n '2,7s/^# //p' "$0"; exit 0 ;;
esac
cd "$(dirname "$0")/.."
scripts/install-litecoind.sh
scripts/install-chromium.sh || echo "test.sh: without it, the tests that look at the page in a browser are skipped" >&2

cc=$(go env CC)
command -v "${cc%% *}" >/dev/null || {
	echo "the race detector needs a C compiler: install gcc (Debian, Ubuntu: apt-get install gcc libc6-dev)" >&2
	exit 1
}
export CGO_ENABLED=1 SOLO_REQUIRE_LITECOIND=1
if [ $# -gt 0 ]; then
	go vet ./...
	exec go test -race "$@"
fi
echo "test.sh: vet, then all tests with the race detector; a line for each package when it has finished."
echo "test.sh: the first time, building takes minutes before the first line; all of it takes about twenty minutes."
go vet ./...
go build -o bin/gotest ./scripts/gotest
# On a busy machine the tests with real and killed nodes take long.
bin/gotest -race -timeout 30m ./...
# Counting allocations needs a build without the race detector.
exec bin/gotest ./solo/scrypt
