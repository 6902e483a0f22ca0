#!/bin/sh
# usage: scripts/test-deb.sh [ARCHITECTURE...]
# Builds the Debian package twice, compares the bits, and tries it in Debian 12 and 13: lintian, installation, upgrade, removal
# and purge in a chroot, then its services on a systemd that is booted for that, with a private litecoind. With architectures
# (arm64, armhf) it tries their packages, with the program emulated, and boots nothing. It needs root, and the Debians, which
# it makes once, 1 GB in LTCSOLO_DEBIAN_DIR, by default /var/cache/ltcsolo-debian; remove them to have them made anew.
set -eu

case "${1-}" in
-*) sed -n '2,6s/^# //p' "$0"; exit 0 ;;
esac
cd "$(dirname "$0")/.."
[ "$(id -u)" -eq 0 ] || { echo "this makes chroots: run it as root or with sudo" >&2; exit 1; }
tests=scripts/release/deb/test
debians=${LTCSOLO_DEBIAN_DIR:-/var/cache/ltcsolo-debian}
native=$(dpkg --print-architecture)
[ $# -gt 0 ] || set -- "$native"
command -v debootstrap >/dev/null || scripts/apt-install.sh debootstrap
mkdir -p "$debians"
for suite in bookworm trixie; do
	[ -e "$debians/$suite" ] || $tests/root.sh $suite "$debians/$suite"
done
shared=$(mktemp -d) format=
trap 'rm -rf "$shared"; [ -z "$format" ] || echo -1 >"$format"' EXIT
trap 'exit 1' HUP INT TERM
chmod 755 "$shared"
cp $tests/* "$shared/"

build() { # build ARCHITECTURE, in Debian's words
	GOARCH=$1
	[ "$1" != armhf ] || GOARCH=arm
	GOARCH=$GOARCH GOARM=6 CGO_ENABLED=0 go build -trimpath -ldflags -s -o "$shared/ltcsolo-$1" ./cmd/ltcsolo
}
deb() { NATIVE=$shared/ltcsolo-$native scripts/release/deb.sh "$shared/ltcsolo-$arch" "$arch" "$1" 1700000000 "$2"; }
# Where systemd has not done so, tell the kernel for now to run programs of an architecture in qemu.
emulate() {
	case $1 in
	arm64) emulator=qemu-aarch64 ;;
	armhf) emulator=qemu-arm ;;
	*) echo "this does not know how to emulate $1" >&2; exit 2 ;;
	esac
	command -v $emulator-static >/dev/null || scripts/apt-install.sh qemu-user-static
	formats=/proc/sys/fs/binfmt_misc
	[ -e $formats/register ] || mount -t binfmt_misc binfmt_misc $formats
	[ ! -e $formats/$emulator ] || return 0
	cat /usr/lib/binfmt.d/$emulator.conf >$formats/register
	format=$formats/$emulator
}
try() { # try chroot|boot SUITE SCRIPT
	echo "== Debian $2, $arch: $1"
	$tests/within.sh "$1" "$(realpath "$debians/$2")" "$shared" "/srv/test/$3" "/srv/test/${old##*/}" "/srv/test/${new##*/}"
}

echo "building ltcsolo and its packages"
build "$native"
# The licences of all libraries, roughly as a release collects them.
go list -deps -f '{{with .Module}}{{if not .Main}}{{.Dir}}{{end}}{{end}}' ./cmd/ltcsolo | sort -u |
	while read -r folder; do cat "$folder"/LICENSE* "$folder"/COPYING* 2>/dev/null || true; done >"$shared/THIRD-PARTY-LICENSES.txt"
for arch; do
	[ -e "$shared/ltcsolo-$arch" ] || build "$arch"
	old=$(deb 1.0.0 "$shared")
	new=$(deb 1.1.0-rc1 "$shared")
	again=$(umask 077 && mkdir "$shared/again" && chmod g+s "$shared/again" &&
		TMPDIR=$shared/again LC_ALL=C.UTF-8 TZ=Asia/Tokyo deb 1.0.0 "$shared/again")
	cmp "$old" "$again" || { echo "two builds of the package differ" >&2; exit 1; }
	rm -r "$shared/again"
	echo "two builds are the same $(stat -c %s "$old") bytes"
	[ "$arch" = "$native" ] || emulate "$arch"
	for suite in bookworm trixie; do
		try chroot $suite install.sh
		[ "$arch" != "$native" ] || try boot $suite service.sh
	done
	[ -z "$format" ] || echo -1 >"$format"
	format=
done
