#!/bin/bash
# usage: service.sh OLD NEW      test the package's services on a running systemd, with a private litecoind; test-deb.sh runs it
set -euo pipefail
cd "$(dirname "$0")"
. ./checks.sh
old=$1 new=$2
trap '[ $? -eq 0 ] || journalctl --no-pager -q -n 40 -u "ltcsolo*" -u "litecoind*" >&2' EXIT
is() { [ "$(systemctl "is-$1" "$2" || true)" = "$3" ]; } # is WHAT UNIT STATE
status_says() { systemctl status --no-pager "$1" >$said && grep -e "$2" $said; }
pid() { systemctl show --property MainPID --value "$1"; }
runs_installed() { [ "/proc/$(pid "$1")/exe" -ef /usr/bin/ltcsolo ]; }
litecoin() { litecoin-cli -regtest -datadir=/srv/node1 "$@"; }
blocks_say() { LTCSOLO_RPC_PASSWORD_FILE=$conf/rpc-password ltcsolo blocks --config $conf/config.toml --state $state >$said && grep -e "$1" $said; }

echo "$(systemctl --version | head -n 1): install"
holds "no unit of another package has failed before" sh -c '! systemctl --failed --no-legend | grep ltcsolo'
install_deb "$old"
for unit in ltcsolo.service ltcsolo-serve.service ltcsolo-serve.socket; do
	holds "$unit is neither enabled nor started" eval "is enabled $unit disabled && is active $unit inactive"
	holds "the first boot of an image does not enable it" eval "systemctl -q preset $unit && is enabled $unit disabled"
done

echo "start without an address"
systemctl start ltcsolo >/dev/null 2>&1 || true
until_holds "it ends for good" eval '[ "$(systemctl show --property ExecMainStatus --value ltcsolo)" = 2 ] && is active ltcsolo failed'
systemctl reset-failed ltcsolo

echo "start with an address while there is no node"
configure
loud systemctl enable --now ltcsolo
holds "systemctl returned, and it runs" is active ltcsolo active
until_holds "systemctl status says for what it waits" status_says ltcsolo 'Status: "waiting for the node: '
sed -n '/Status:/s/^ */  /p' $said

echo "upgrade while there is no node"
config=$(cat $conf/config.toml) before=$(pid ltcsolo) begin=$(date +%s.%N)
install_deb "$new"
echo "  it took $(echo "$begin $(date +%s.%N)" | awk '{ printf "%.1f", $2 - $1 }') s"
holds "the new version is configured" version '1.1.0~rc1'
holds "the configuration is as edited" same $conf/config.toml "$config"
holds "the service runs again" eval "is active ltcsolo active && [ $before != $(pid ltcsolo) ]"
holds "it runs the new program" runs_installed ltcsolo

echo "upgrade to a node"
mkdir -p /srv/node1 /srv/node2
# From 0.21.5.4 on a test node gives templates without a peer; before that it needs one.
systemd-run -q -E HOME=/srv --unit litecoind litecoind -regtest -datadir=/srv/node1 -listenonion=0 -rpcport=19443 -port=19444 "-$(cat $conf/rpcauth)"
systemd-run -q -E HOME=/srv --unit litecoind2 litecoind -regtest -datadir=/srv/node2 -listen=0 -rpcport=19543 -connect=127.0.0.1:19444
until_holds "litecoind answers" litecoin getblockcount
until_holds "it has a peer" eval '[ "$(litecoin getconnectioncount)" -ge 1 ]'
litecoin generatetoaddress 1 rltc1qvdgzuwmn0cjf46u8ha3wfk6238pew4syxw0lzs >/dev/null
until_holds "the service logs in with the package's password and mines" eval '[ "$(litecoin getblockcount)" -gt 2 ]'
until_holds "systemctl status says what it does" status_says ltcsolo 'Status: ".*H/s | height '
sed -n '/Status:/s/^ */  /p' $said
loud systemctl disable --now ltcsolo # it finds many blocks a second
until_holds "found blocks are on disk and in the chain" blocks_say 'immature, [0-9]* confirmation'
tail -n 1 $said | sed 's/^/  /'

echo "the service for other miners"
loud systemctl enable --now ltcsolo-serve.socket ltcsolo-serve
holds "it runs" is active ltcsolo-serve active
cat >/tmp/miner <<-'END'
	# Connects again and again until there is a file /tmp/enough; writes how often, or that it was refused.
	n=0
	until [ -e /tmp/enough ]; do
		exec 3<>/dev/tcp/127.0.0.1/3333 || { echo "refused after $n" >/tmp/connected; exit 1; }
		exec 3<&-
		n=$((n + 1))
		sleep 0.02
	done
	echo "$n" >/tmp/connected
END
bash /tmp/miner &
miner=$!
for how in 'systemctl restart ltcsolo-serve' "install_deb $old" "install_deb $new"; do
	before=$(pid ltcsolo-serve)
	loud_or_not=${how%% *}
	if [ "$loud_or_not" = install_deb ]; then $how; else loud $how; fi
	holds "${how%/*}: it runs anew, from what is installed" eval "[ $before != $(pid ltcsolo-serve) ] && runs_installed ltcsolo-serve"
done
touch /tmp/enough
wait $miner || true
echo "  meanwhile a miner connected $(cat /tmp/connected) times"
holds "no miner was refused" grep -qx '[0-9][0-9]*' /tmp/connected

echo "remove and purge"
found=$(find $state -name '*.block' | wc -l)
loud apt-get remove -q -y ltcsolo
for unit in ltcsolo.service ltcsolo-serve.service ltcsolo-serve.socket; do
	holds "$unit is stopped" is active $unit inactive
done
holds "nobody runs ltcsolo any more" eval '! pgrep -x ltcsolo'
holds "the port is closed" bash -c '! exec 3<>/dev/tcp/127.0.0.1/3333' 2>/dev/null
install_deb "$new"
holds "after another installation what was enabled is so again, and not started" eval 'is enabled ltcsolo-serve enabled && is active ltcsolo-serve inactive'
loud apt-get purge -q -y ltcsolo
holds "the $found found blocks are all there" eval "[ $found -gt 0 ] && [ $found = \$(find $state -name '*.block' | wc -l) ]"
holds "the configuration is gone" absent $conf
