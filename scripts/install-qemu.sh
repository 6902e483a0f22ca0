#!/bin/sh
# usage: scripts/install-qemu.sh
# Installs the qemu that runs other processors' programs with apt-get if it is missing.
set -eu

case "${1-}" in
'') ;;
*) sed -n '2,3s/^# *//p' "$0"; exit 0 ;;
esac

for processor in aarch64 arm x86_64; do
	if ! command -v "qemu-$processor-static" >/dev/null; then
		exec "${0%/*}/apt-install.sh" qemu-user-static
	fi
done
