#!/bin/sh
# usage: scripts/check.sh
# Checks the code without running it: gofmt, go.mod, vet and static builds for
# every target platform, generated assembly, staticcheck, dead code.
set -eu
case "${1-}" in
-h | --help) sed -n '2,4s/^# //p' "$0"; exit 0 ;;
esac
cd "$(dirname "$0")/.."
export CGO_ENABLED=0
say() { echo "check: $*"; }

say gofmt
unformatted=$(gofmt -l .)
[ -z "$unformatted" ] || { echo "run gofmt on: $unformatted" >&2; exit 1; }

say go.mod
go mod tidy -diff
go mod verify

for target in linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64; do
	export GOOS="${target%/*}" GOARCH="${target#*/}"
	say "$target"
	go vet ./...
	# Kernels depend on the processor, not on the system: checking purego on linux is enough.
	case $target in
	linux/amd64) go vet -tags purego ./... ;;
	linux/arm64) go vet -tags purego ./solo/scrypt ;; # no other package has the tag
	esac
	go build -o "bin/$GOOS-$GOARCH/" ./cmd/ltcsolo
done
# The first Raspberry Pi. What differs is the size of an int, so the packages that count are enough, with their tests.
# scripts/test-qemu.sh runs them. A 386 has ints of the same size.
say linux/arm
export GOOS=linux GOARCH=arm GOARM=6
go vet ./template ./wallet ./solo ./solo/delivery ./solo/history ./solo/journal ./solo/odds ./solo/rigs ./solo/stratum ./solo/units
go build -o bin/linux-arm/ ./cmd/ltcsolo
say linux/386
GOARCH=386 go build -o bin/linux-386/ ./cmd/ltcsolo
unset GOOS GOARCH GOARM
say "the linux binaries are static"
command -v readelf >/dev/null || { echo "readelf is not installed: install binutils" >&2; exit 1; }
for binary in bin/linux-*/ltcsolo; do
	if readelf -l "$binary" | grep -q INTERP; then echo "$binary needs a dynamic loader" >&2; exit 1; fi
done
say "the assembly matches its generators"
scripts/generate.sh --check

say staticcheck
go build -C scripts/tools -o ../../bin/ tool
bin/staticcheck ./...
(cd scripts/release && ../../bin/staticcheck ./...)

say "dead code"
# Not dead: solo/regtest and packages named ...test, which are for tests, and
# template.TargetFromDifficulty, which tests set targets with and Stratum will.
dead=$(bin/deadcode -test=false ./cmd/... ./scripts/... |
	grep -vE '^solo/(regtest|[a-z/]*test)/|unreachable func: TargetFromDifficulty$' || true)
[ -z "$dead" ] || { echo "$dead" >&2; exit 1; }
