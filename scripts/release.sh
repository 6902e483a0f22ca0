#!/bin/sh
# usage: scripts/release.sh TAG [SYSTEM...]
# Makes the release of TAG, v1.2.3, in dist/TAG: archives, Debian packages, container images, bills of materials and
# SHA256SUMS; with SYSTEM (linux-amd64 ...) only what is for these. It needs a clean tree at that tag, the Go that
# scripts/release/go.mod names, and dpkg-deb. The same tag gives the same bits wherever it is run. Nothing is uploaded or
# signed: scripts/release/README.md says how.
set -eu

case "${1-}" in
'' | -*) sed -n '2,7s/^# //p' "$0"; [ -n "${1-}" ] && exit 0; exit 2 ;;
esac
tag=$1
version=${tag#v}
shift
[ $# -gt 0 ] || set -- linux-amd64 linux-arm64 linux-armv6 darwin-amd64 darwin-arm64 windows-amd64
cd "$(dirname "$0")/.."
top=$PWD

fail() { printf 'release.sh: %s\nwhat to do: %s\n' "$1" "$2" >&2; exit 1; }
case $tag in
v[0-9]*.[0-9]*.[0-9]*) ;;
*) fail "$tag is not the tag of a release" "give one like v1.2.3, or v1.2.3-rc1" ;;
esac
commit=$(git rev-parse -q --verify "refs/tags/$tag^{commit}") || fail "there is no tag $tag" "git tag $tag, at the commit to release"
[ "$(git rev-parse HEAD)" = "$commit" ] || fail "this is not the commit of $tag" "git checkout $tag"
[ -z "$(git status --porcelain)" ] || fail "the tree has changes" "commit and tag them, or remove them: git status"
[ ! -e "dist/$tag" ] || fail "dist/$tag exists" "remove it"
command -v dpkg-deb >/dev/null || fail "there is no dpkg-deb" "run this on Debian or Ubuntu"

# What would change a bit is set here: nothing of it comes from the caller or from go env -w.
GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE) GOPROXY=$(go env GOPROXY) GOSUMDB=$(go env GOSUMDB)
export GOCACHE GOMODCACHE GOPROXY GOSUMDB
unset GOOS GOARCH GOFLAGS GOEXPERIMENT GODEBUG GOFIPS140 GOAMD64 GOARM64 GOROOT || true
export GOENV=off GOTOOLCHAIN=local GOWORK=off CGO_ENABLED=0 GOARM=6
export LC_ALL=C TZ=UTC
umask 022
go=$(sed -n 's/^toolchain //p' scripts/release/go.mod)
[ "$(go env GOVERSION)" = "$go" ] || fail "this is $(go env GOVERSION), and releases are made with $go" "put $go on the PATH: https://go.dev/dl"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# A clone has nothing beside what is committed, and line ends as they are committed.
git clone -q -c core.autocrlf=false "$top" "$work/source"
git -C "$work/source" checkout -q "$commit"
cd "$work/source"
. scripts/release/owner
epoch=$(git log -1 --format=%ct)

build() { go build -trimpath -buildvcs=true -ldflags=-s "$@" ./cmd/ltcsolo; }
for system; do
	echo "building for $system"
	case $system in
	*-armv6) GOOS=${system%-*} GOARCH=arm build -o "$work/programs/$system/" ;;
	*) GOOS=${system%-*} GOARCH=${system#*-} build -o "$work/programs/$system/" ;;
	esac
done
native=$work/programs/$(go env GOHOSTOS)-$(go env GOHOSTARCH)/ltcsolo
if [ ! -x "$native" ]; then
	native=$work/ltcsolo
	build -o "$native"
fi
docs=$work/docs
mkdir -p "$docs/man" "$docs/completions" "$work/out"
"$native" man >"$docs/man/ltcsolo.1"
"$native" completion bash >"$docs/completions/ltcsolo.bash"
"$native" completion zsh >"$docs/completions/_ltcsolo"
"$native" completion fish >"$docs/completions/ltcsolo.fish"

echo "archives, images and bills of materials"
go run -C scripts/release . -version "$version" -time "$epoch" -source "$PWD" -programs "$work/programs" -docs "$docs" \
	-out "$work/out" -maintainer "$maintainer" -homepage "$homepage"
for system; do
	case $system in
	linux-armv6) architecture=armhf ;;
	linux-*) architecture=${system#*-} ;;
	*) continue ;;
	esac
	NATIVE=$native scripts/release/deb.sh "$work/programs/$system/ltcsolo" "$architecture" "$version" "$epoch" "$work/out" >/dev/null
done
(cd "$work/out" && sha256sum -- * >SHA256SUMS)
cd "$top"
mkdir -p dist
mv "$work/out" "dist/$tag"
(cd "dist/$tag" && ls -l)
