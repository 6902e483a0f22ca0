#!/bin/sh
# usage: scripts/install.sh      build ltcsolo and install it for all users, with its service and a password for its node
# Installs /usr/local/bin/ltcsolo, its man page and completions, and, where there is systemd, the user ltcsolo and the
# service ltcsolo with its files in /etc/ltcsolo. It keeps configuration that exists, and starts nothing.
set -eu

case "${1-}" in
'') ;;
*) sed -n '2,4s/^# //p' "$0"; exit 0 ;;
esac
umask 022 # of root's shell, where it may keep files from all users or open to them
cd "$(dirname "$0")/.."
[ "$(id -u)" -eq 0 ] || { echo "this writes to /usr/local and /etc: run it as root or with sudo" >&2; exit 1; }
if command -v go >/dev/null; then CGO_ENABLED=0 go build -o bin/ltcsolo ./cmd/ltcsolo; fi
[ -x bin/ltcsolo ] || { echo "Go is not installed: build bin/ltcsolo first, as the README says, then run this again" >&2; exit 1; }

install -D -m 755 bin/ltcsolo "${DESTDIR-}/usr/local/bin/ltcsolo"
share="${DESTDIR-}/usr/local/share"
install -d "$share/man/man1" "$share/bash-completion/completions" "$share/zsh/site-functions" "$share/fish/vendor_completions.d"
bin/ltcsolo man >"$share/man/man1/ltcsolo.1"
bin/ltcsolo completion bash >"$share/bash-completion/completions/ltcsolo"
bin/ltcsolo completion zsh >"$share/zsh/site-functions/_ltcsolo"
bin/ltcsolo completion fish >"$share/fish/vendor_completions.d/ltcsolo.fish"
[ -n "${DESTDIR-}" ] || command -v systemctl >/dev/null || { echo "installed, without a service: there is no systemd"; exit 0; }

install -D -m 644 scripts/service/ltcsolo.service "${DESTDIR-}/etc/systemd/system/ltcsolo.service"
conf="${DESTDIR-}/etc/ltcsolo"
[ -e "$conf/config.toml" ] || install -D -m 644 scripts/service/config.toml "$conf/config.toml"
if [ ! -e "$conf/rpc-password" ]; then
	(umask 077 && bin/ltcsolo rpcauth --password-file "$conf/rpc-password" ltcsolo >"$conf/rpcauth")
fi
if [ -z "${DESTDIR-}" ]; then
	id ltcsolo >/dev/null 2>&1 || useradd --system --home-dir /var/lib/ltcsolo --shell /usr/sbin/nologin ltcsolo
	systemctl daemon-reload || echo "systemd is not running: the service is ready for when it is" >&2
fi
echo "installed. Add this line to your node's litecoin.conf and restart the node:"
cat "$conf/rpcauth"
echo "Then set your address in /etc/ltcsolo/config.toml, and start: systemctl enable --now ltcsolo"
