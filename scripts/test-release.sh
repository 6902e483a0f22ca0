#!/bin/sh
# usage: scripts/test-release.sh [all]
# Tests scripts/release.sh on the last commit: what it refuses, what "ltcsolo version" says of a tag, a commit and a changed
# tree, and that two runs in different folders and environments give the same bits, for linux-amd64. With "all" it compares
# the whole release, and the second run is by another user (it must be root) with empty caches: that takes many minutes.
set -eu

all=
case "${1-}" in
'') ;;
all) all=yes ;;
*) sed -n '2,5s/^# //p' "$0"; exit 0 ;;
esac
cd "$(dirname "$0")/.."
say() { echo "test-release: $*"; }
fail() { echo "test-release: $*" >&2; exit 1; }
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
chmod 755 "$work"
# The checkout may belong to another user, and git then tells nothing.
export GIT_CONFIG_GLOBAL="$work/gitconfig"
printf '[safe]\n\tdirectory = *\n[user]\n\tname = tester\n\temail = tester@example.org\n' >"$GIT_CONFIG_GLOBAL"

say "the program that packs"
go vet -C scripts/release ./...
go test -C scripts/release -count 1 -timeout 5m ./...

tag=v1.999999.0 # above any tag that the commit may have
one=$work/one
other="$work/another place"
git clone -q . "$one"
# Which Go makes releases is not what is tested.
go=$(go env GOVERSION)
GOTOOLCHAIN=local go mod edit -toolchain="$go" "$one/scripts/release/go.mod"
git -C "$one" commit -q --allow-empty -a -m "with $go"
git -C "$one" tag -f "$tag" >/dev/null
git clone -q "$one" "$other"

say "what is refused"
cd "$one"
refused() { # refused TEXT TAG
	if scripts/release.sh "$2" >"$work/said" 2>&1; then fail "a release was made of $2"; fi
	grep -q "$1" "$work/said" || fail "not refused with \"$1\": $(cat "$work/said")"
}
refused 'not the tag of a release' main
refused 'there is no tag' v1.999999.1
touch added
refused 'the tree has changes' "$tag"
git add added
git commit -q -m later
refused 'not the commit of' "$tag"

say "versions"
is() { # is VERSION COMMIT: as patterns
	CGO_ENABLED=0 go build -buildvcs=true -o "$work/ltcsolo" ./cmd/ltcsolo
	"$work/ltcsolo" version >"$work/said"
	grep -qE "^ltcsolo $1\$" "$work/said" && grep -qE "^commit: +$2\$" "$work/said" || fail "version is not $1 of $2: $(cat "$work/said")"
}
later='1\.999999\.1-0\.[0-9]{14}-[0-9a-f]{12}'
commit=$(git rev-parse HEAD)
is "$later" "$commit"
echo >>README.md
is "$later\\+dirty" "$commit\\+"
git reset -q --hard "$tag"

say "one release, twice"
if [ -n "$all" ]; then set --; else set -- linux-amd64; fi
(umask 077; TZ=Asia/Tokyo scripts/release.sh "$tag" "$@")
cd "$other"
if [ -n "$all" ]; then
	home=$work/home
	mkdir "$home"
	chown -R nobody "$home" "$other"
	setpriv --reuid nobody --clear-groups env HOME="$home" GOCACHE="$home/cache" GOMODCACHE="$home/modules" scripts/release.sh "$tag"
else
	(umask 002; GOAMD64=v3 GOFLAGS=-tags=purego LC_ALL=C.UTF-8 TZ=America/Lima scripts/release.sh "$tag" "$@")
fi
diff -r "$one/dist" dist || fail "two runs made different releases"
(cd "dist/$tag" && sha256sum -c --quiet SHA256SUMS)
mkdir "$work/unpacked"
tar -C "$work/unpacked" -xzf "dist/$tag/ltcsolo-${tag#v}-linux-amd64.tar.gz"
"$work/unpacked"/*/ltcsolo version | grep -qx "ltcsolo ${tag#v}" || fail "the program in the archive has another version"
say "the same bits: $(ls "dist/$tag" | wc -l) files, SHA256SUMS $(sha256sum <"dist/$tag/SHA256SUMS" | cut -c 1-16)"
