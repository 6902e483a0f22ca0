#!/bin/sh
# usage: scripts/test-container.sh [IMAGE.oci.tar]
# Has ltcsolo live in a container beside a private litecoind in another one, as root: read-only, without capabilities, as user
# 65532, by podman and by scripts/container/compose.yml. IMAGE is an archive of a release; without one, an image like it is made
# of this source. What is missing of litecoind, podman and podman-compose, apt-get installs. Nothing leaves this machine.
set -eu

case "${1-}" in
-h | --help) sed -n '2,5s/^# //p' "$0"; exit 0 ;;
esac
if [ -n "${1-}" ]; then
	LTCSOLO_IMAGE_ARCHIVE=$(realpath -e "$1")
	export LTCSOLO_IMAGE_ARCHIVE
fi
cd "$(dirname "$0")/.."
[ "$(id -u)" -eq 0 ] || { echo "networks between containers are root's to make: run it as root or with sudo" >&2; exit 1; }
scripts/install-litecoind.sh
for package in podman podman-compose runc netavark aardvark-dns iptables; do
	dpkg-query -W -f '${Status}\n' "$package" 2>/dev/null | grep -q '^install ok' || scripts/apt-install.sh "$package"
done
export SOLO_REQUIRE_LITECOIND=1
exec go test -tags container -count 1 -timeout 30m -v ./scripts/container
