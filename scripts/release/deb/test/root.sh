#!/bin/sh
# usage: scripts/release/deb/test/root.sh SUITE FOLDER
# Makes FOLDER a Debian of a suite, bookworm or trixie, from the mirror of this machine's apt, with systemd, lintian and
# litecoind.
set -eu

[ $# -eq 2 ] || { sed -n '2,4s/^# //p' "$0"; exit 2; }
suite=$1 folder=$2
# Without one, debootstrap takes its own.
mirror=$(apt-get indextargets --format '$(REPO_URI)' 2>/dev/null | grep -m 1 '/debian/*$') || mirror=
partial=$folder.partial log=$folder.log
rm -rf "$partial"
mkdir -p "$partial"
echo "making Debian $suite in $folder${mirror:+, from $mirror}: this takes some minutes, once" >&2
{
	debootstrap --variant=minbase --include=adduser "$suite" "$partial" ${mirror:+"$mirror"} &&
	chroot "$partial" env DEBIAN_FRONTEND=noninteractive \
		apt-get install -q -y --no-install-recommends systemd-sysv lintian litecoind man-db </dev/null &&
	chroot "$partial" apt-get clean
} >"$log" 2>&1 || { tail -n 20 "$log" >&2; exit 1; }
# What takes long and is not ours: an index of all manual pages at each installation.
rm -f "$partial/var/lib/man-db/auto-update"
# A machine that was never booted: systemd gives it an identity.
rm -f "$partial/etc/machine-id"
mv "$partial" "$folder"
