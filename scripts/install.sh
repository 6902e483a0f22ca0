#!/bin/sh
# usage: scripts/install.sh      build ltcsolo and install it for all users, with its service and a password for its node
# Installs /usr/local/bin/ltcsolo, its man page and completions, and, where there is systemd, the user ltcsolo and the
# services ltcsolo and ltcsolo-serve with their files in /etc/ltcsolo. It keeps configuration that exists, and starts nothing. Without Go, as
# under sudo, it installs the ./ltcsolo that you have built; in a release's archive, the one that is there.
set -eu

case "${1-}" in
'') ;;
*) sed -n '2,5s/^# //p' "$0"; exit 0 ;;
esac
cd "$(dirname "$0")/.."
[ "$(id -u)" -eq 0 ] || { echo "this writes to /usr/local and /etc: run it as root or with sudo" >&2; exit 1; }
umask 022 # what is installed is for all to read and for nobody else to change
sources="cmd solo template wallet go.mod go.sum"
built=./ltcsolo
[ -x ltcsolo ] || [ ! -x bin/ltcsolo ] || built=bin/ltcsolo
if [ ! -d cmd ]; then
	: # An archive of a release has a program and no sources.
elif command -v go >/dev/null; then
	build=$(mktemp -d)
	trap 'rm -rf "$build"' EXIT
	built=$build/ltcsolo
	# git tells root nothing about another user's checkout.
	git status >/dev/null 2>&1 || export GOFLAGS="${GOFLAGS-} -buildvcs=false"
	CGO_ENABLED=0 go build -o "$built" ./cmd/ltcsolo
elif [ ! -x "$built" ]; then
	fail_because="Go is not on the PATH of root, and ./ltcsolo is not built"
elif ! command -v find >/dev/null; then
	echo "note: there is no find to tell whether $built is as new as its sources" >&2
elif [ -n "$(find $sources -newer "$built" -type f ! -name '*_test.go' ! -path '*/testdata/*')" ]; then
	fail_because="Go is not on the PATH of root, and $built is older than its sources"
fi
[ -z "${fail_because-}" ] || {
	printf '%s\n' "$fail_because" "what to do: build it as yourself, then run this again: CGO_ENABLED=0 go build -o ltcsolo ./cmd/ltcsolo" >&2
	exit 1
}

install -D -m 755 "$built" "${DESTDIR-}/usr/local/bin/ltcsolo"
share="${DESTDIR-}/usr/local/share"
install -d "$share/man/man1" "$share/bash-completion/completions" "$share/zsh/site-functions" "$share/fish/vendor_completions.d"
"$built" man >"$share/man/man1/ltcsolo.1"
"$built" completion bash >"$share/bash-completion/completions/ltcsolo"
"$built" completion zsh >"$share/zsh/site-functions/_ltcsolo"
"$built" completion fish >"$share/fish/vendor_completions.d/ltcsolo.fish"
[ -n "${DESTDIR-}" ] || command -v systemctl >/dev/null || { echo "installed, without a service: there is no systemd"; exit 0; }

install -D -m 644 -t "${DESTDIR-}/etc/systemd/system" scripts/service/ltcsolo.service scripts/service/ltcsolo-serve.*
conf="${DESTDIR-}/etc/ltcsolo"
[ -e "$conf/config.toml" ] || install -D -m 644 scripts/service/config.toml "$conf/config.toml"
if [ ! -e "$conf/rpc-password" ]; then
	(umask 077 && "$built" rpcauth --password-file "$conf/rpc-password" ltcsolo >"$conf/rpcauth")
fi
if [ -z "${DESTDIR-}" ]; then
	id ltcsolo >/dev/null 2>&1 || useradd --system --home-dir /var/lib/ltcsolo --shell /usr/sbin/nologin ltcsolo
	systemctl daemon-reload || echo "systemd is not running: the service is ready for when it is" >&2
fi
echo "installed. Add this line to your node's litecoin.conf and restart the node:"
cat "$conf/rpcauth"
echo "Then set your address in /etc/ltcsolo/config.toml, and start: systemctl enable --now ltcsolo"
echo "To let other miners of the house search too, start in its place: systemctl enable --now ltcsolo-serve.socket ltcsolo-serve"
