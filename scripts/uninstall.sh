#!/bin/sh
# usage: scripts/uninstall.sh      remove what scripts/install.sh installed
# It keeps found blocks in /var/lib/ltcsolo, the configuration in /etc/ltcsolo and the user ltcsolo, and says how to remove
# them.
set -eu

case "${1-}" in
'') ;;
*) sed -n '2,4s/^# //p' "$0"; exit 0 ;;
esac
[ "$(id -u)" -eq 0 ] || { echo "run it as root or with sudo" >&2; exit 1; }
if [ -z "${DESTDIR-}" ] && command -v systemctl >/dev/null; then
	systemctl disable --now ltcsolo.service ltcsolo-serve.socket ltcsolo-serve.service 2>/dev/null || true
fi
root="${DESTDIR-}"
share="$root/usr/local/share"
rm -f "$root/etc/systemd/system/ltcsolo.service" "$root/etc/systemd/system/ltcsolo-serve.service" \
	"$root/etc/systemd/system/ltcsolo-serve.socket" "$root/usr/local/bin/ltcsolo" "$share/man/man1/ltcsolo.1" \
	"$share/bash-completion/completions/ltcsolo" "$share/zsh/site-functions/_ltcsolo" \
	"$share/fish/vendor_completions.d/ltcsolo.fish"
if [ -z "$root" ] && command -v systemctl >/dev/null; then systemctl daemon-reload 2>/dev/null || true; fi
echo "removed, except /etc/ltcsolo, /var/lib/ltcsolo, which holds the found blocks, and the user ltcsolo, who owns them."
if [ -e "$root/etc/ltcsolo/rpcauth" ]; then
	echo "Take this line out of your node's litecoin.conf, and restart the node; it lets the service log in:"
	cat "$root/etc/ltcsolo/rpcauth"
fi
echo "To remove the rest, found blocks included: rm -r /etc/ltcsolo /var/lib/ltcsolo; userdel ltcsolo"
