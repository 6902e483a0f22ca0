#!/bin/sh
# usage: scripts/release/deb/test/root.sh SUITE ARCH FOLDER
# Makes FOLDER a Debian of a suite (bookworm, trixie) and an architecture, from the mirror of this machine's apt. One of this
# machine's own architecture gets systemd, lintian and litecoind too; another one runs emulated, by qemu-user.
set -eu

[ $# -eq 3 ] || { sed -n '2,4s/^# //p' "$0"; exit 2; }
suite=$1 arch=$2 folder=$3
mirror=$(apt-get indextargets --format '$(REPO_URI)' 2>/dev/null | grep -m 1 '/debian/*$') || mirror=http://deb.debian.org/debian
partial=$folder.partial log=$folder.log
rm -rf "$partial"
mkdir -p "$folder.partial"
echo "making Debian $suite for $arch in $folder, from $mirror: this takes some minutes, once" >&2
{
	debootstrap --variant=minbase --arch="$arch" --include=adduser "$suite" "$partial" "$mirror"
	if [ "$arch" = "$(dpkg --print-architecture)" ]; then
		chroot "$partial" env DEBIAN_FRONTEND=noninteractive \
			apt-get install -q -y --no-install-recommends systemd-sysv lintian litecoind man-db </dev/null
	fi
	chroot "$partial" apt-get clean
} >"$log" 2>&1 || { tail -n 20 "$log" >&2; exit 1; }
# A machine that was never booted: systemd gives it an identity.
rm -f "$partial/etc/machine-id"
mv "$partial" "$folder"
