#!/bin/sh
# usage: scripts/test-deb.sh [arm64 | armhf]
# Builds the Debian package twice, compares the bits, and tries it in Debian 12 and 13: lintian, installation, upgrade, removal
# and purge in a chroot, then its services on a systemd that is booted for that, with a private litecoind. With an architecture
# it tries that one's package in an emulated Debian 12, without a service. It needs root, and the Debians, which it makes once,
# 1 GB in LTCSOLO_DEBIAN_DIR, by default /var/cache/ltcsolo-debian; remove them to have them made anew.
set -eu

case "${1-}" in
'' | arm64 | armhf) ;;
*) sed -n '2,6s/^# //p' "$0"; exit 0 ;;
esac
cd "$(dirname "$0")/.."
[ "$(id -u)" -eq 0 ] || { echo "this makes chroots: run it as root or with sudo" >&2; exit 1; }
tests=scripts/release/deb/test
debians=${LTCSOLO_DEBIAN_DIR:-/var/cache/ltcsolo-debian}
native=$(dpkg --print-architecture)
arch=${1:-$native}
command -v debootstrap >/dev/null || scripts/apt-install.sh debootstrap
mkdir -p "$debians"
shared=$(mktemp -d)
trap 'rm -rf "$shared"' EXIT
chmod 755 "$shared"

echo "building ltcsolo and its package"
build() { # build ARCHITECTURE, in Debian's words
	GOARCH=$1
	[ "$1" != armhf ] || GOARCH=arm
	GOARCH=$GOARCH GOARM=6 CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o "$shared/ltcsolo-$1" ./cmd/ltcsolo
}
build "$native"
[ "$arch" = "$native" ] || build "$arch"
# The licences of all libraries, roughly as a release collects them.
go list -deps -f '{{with .Module}}{{if not .Main}}{{.Dir}}{{end}}{{end}}' ./cmd/ltcsolo | sort -u |
	while read -r folder; do cat "$folder"/LICENSE* "$folder"/COPYING* 2>/dev/null || true; done >"$shared/THIRD-PARTY-LICENSES.txt"
deb() { NATIVE=$shared/ltcsolo-$native scripts/release/deb.sh "$shared/ltcsolo-$arch" "$arch" "$1" 1700000000 "$2"; }
old=$(deb 1.0.0 "$shared")
new=$(deb 1.1.0-rc1 "$shared")
# Another folder, umask, locale, time zone and mode of folders.
again=$(mkdir "$shared/again" && chmod g+s "$shared/again" && umask 077 && TMPDIR=$shared/again LC_ALL=C.UTF-8 TZ=Asia/Tokyo deb 1.0.0 "$shared/again")
cmp "$old" "$again" || { echo "two builds of the package differ" >&2; exit 1; }
echo "two builds are the same $(stat -c %s "$old") bytes"
cp $tests/* "$shared/"

suites='bookworm trixie'
if [ "$arch" != "$native" ]; then
	suites=bookworm
	emulator=qemu-aarch64
	[ "$arch" = arm64 ] || emulator=qemu-arm
	command -v $emulator-static >/dev/null || scripts/apt-install.sh qemu-user-static
	# Where systemd did not do so, tell the kernel for now to run such programs in the emulator.
	formats=/proc/sys/fs/binfmt_misc
	[ -e $formats/register ] || mount -t binfmt_misc binfmt_misc $formats
	if [ ! -e $formats/$emulator ]; then
		cat /usr/lib/binfmt.d/$emulator.conf >$formats/register
		trap 'rm -rf "$shared"; echo -1 >$formats/$emulator' EXIT
	fi
fi
try() { # try chroot|boot SCRIPT
	$tests/within.sh "$1" "$root" "$shared" "/srv/test/$2" "/srv/test/${old##*/}" "/srv/test/${new##*/}"
}
for suite in $suites; do
	root=$debians/$suite-$arch
	[ -e "$root" ] || $tests/root.sh $suite "$arch" "$root"
	echo "== Debian $suite, $arch, in a chroot"
	try chroot install.sh
	[ "$arch" = "$native" ] || continue
	echo "== Debian $suite, $arch, on systemd"
	try boot service.sh
done
