#!/bin/sh
# usage: scripts/test-monitoring.sh
# Checks scripts/monitoring with promtool and Grafana's own types, and runs a real Prometheus on a miner with a private
# litecoind. If prometheus is missing, Debian's package is unpacked into bin/: nothing is installed, and no service starts.
set -eu

case "${1-}" in
'') ;;
*) sed -n '2,4s/^# //p' "$0"; exit 0 ;;
esac
cd "$(dirname "$0")/.."
scripts/install-litecoind.sh

PATH="$PATH:$PWD/bin/prometheus/usr/bin"
if ! command -v prometheus >/dev/null || ! command -v promtool >/dev/null; then
	echo "prometheus is not installed: unpacking Debian's package into bin/prometheus" >&2
	download=$(mktemp -d)
	trap 'rm -rf "$download"' EXIT
	fetch() { (cd "$download" && apt-get download -q prometheus >&2); }
	fetch || {
		sudo=
		[ "$(id -u)" -eq 0 ] || sudo=sudo
		$sudo apt-get update -q >&2
		fetch
	}
	mkdir -p bin
	dpkg-deb -x "$download"/prometheus_*.deb bin/prometheus
fi

(
	cd scripts/monitoring
	promtool check config prometheus.yml
	promtool test rules alerts_test.yml
)
SOLO_REQUIRE_LITECOIND=1 SOLO_REQUIRE_PROMETHEUS=1 go test -count 1 -run TestMonitoring ./cmd/ltcsolo
go test -count 1 -tags grafana -run TestGrafana ./solo/metrics
