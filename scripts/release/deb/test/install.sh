#!/bin/sh
# usage: install.sh OLD NEW      test two versions of the package in a Debian without a running systemd; test-deb.sh runs it
set -eu
cd "$(dirname "$0")"
. ./checks.sh
old=$1 new=$2
enabled() { [ -L /etc/systemd/system/multi-user.target.wants/ltcsolo.service ]; }
no_unit_enabled() { [ -z "$(find /etc/systemd -lname '*ltcsolo*')" ]; }
user() { getent passwd ltcsolo >/dev/null; }

echo "$(lintian --version), which says:"
lintian --allow-root --fail-on error,warning --tag-display-limit 0 --display-info "$new" || fail lintian
# A program of another architecture is emulated.
dpkg --add-architecture "$(dpkg-deb --field "$new" Architecture)"

echo "install"
install_deb "$old"
holds "it says what to do next" told 'systemctl enable --now ltcsolo'
holds "no service is enabled" no_unit_enabled
holds "there is a user" user
holds "the password for the node is root's alone" mode $conf/rpc-password '600 root'
holds "the node's line is root's alone" mode $conf/rpcauth '600 root'
holds "the node's line is whole" grep -qE '^rpcauth=ltcsolo:[0-9a-f]{32}\$[0-9a-f]{64}$' $conf/rpcauth
holds "the program runs" sh -c "ltcsolo version | grep go:"
holds "the unit runs the package's program" grep -q '^ExecStart=/usr/bin/ltcsolo ' /usr/lib/systemd/system/ltcsolo.service
holds "nothing speaks of /usr/local" sh -c '! dpkg -L ltcsolo | grep -v /README.md | xargs grep -ls /usr/local/bin/'
holds "every file is as packed" sh -c '[ -z "$(dpkg --verify ltcsolo)" ]'
holds "there is a manual page" sh -c 'man ltcsolo | grep -q litecoind'

echo "upgrade with an edited configuration"
configure
config=$(cat $conf/config.toml) password=$(cat $conf/rpc-password)
mkdir -p $state
ln -s /usr/lib/systemd/system/ltcsolo.service /etc/systemd/system/multi-user.target.wants/ltcsolo.service
install_deb "$new"
holds "the new version is installed" version '1.1.0~rc1'
holds "it was configured without a question" same $conf/config.toml "$config"
holds "nothing of dpkg's lies beside it" absent $conf/config.toml.dpkg-dist $conf/config.toml.dpkg-new
holds "the password is the same" same $conf/rpc-password "$password"
holds "an enabled service stays so" enabled
holds "it says nothing more" sh -c "! grep ^ltcsolo: $said"

echo "remove"
loud apt-get remove -q -y ltcsolo
holds "the program is gone" absent /usr/bin/ltcsolo /usr/lib/systemd/system/ltcsolo.service
holds "the configuration stays" same $conf/config.toml "$config"
holds "the password stays" same $conf/rpc-password "$password"
holds "the user stays" user

echo "install again, beside what scripts/install.sh installed"
sed 's,/usr/bin/,/usr/local/bin/,' >/etc/systemd/system/ltcsolo-serve.service <<-END
	[Service]
	ExecStart=/usr/bin/ltcsolo serve
END
install_deb "$new"
holds "it says that the package's unit is hidden" told '/etc/systemd/system/ltcsolo-serve.service, .* hides'
holds "it does not say so of the other" sh -c "! grep system/ltcsolo.service $said"
holds "the configuration stays" same $conf/config.toml "$config"
holds "an enabled service is so again" enabled
rm /etc/systemd/system/ltcsolo-serve.service

for block in blocks/433-ab.block merged/dogecoin/blocks/20-cd.block blocks/433-ab.block.damaged; do
	echo "purge with $block"
	mkdir -p "$state/${block%/*}"
	echo 'a found block' >"$state/$block"
	loud apt-get purge -q -y ltcsolo
	holds "it stays" same "$state/$block" 'a found block'
	holds "it says that it stays" told "$state stays"
	holds "the rest is gone" absent $conf /etc/systemd/system/multi-user.target.wants/ltcsolo.service
	holds "the user stays" user
	rm "$state/$block"
	install_deb "$new"
done
holds "there is a new password" sh -c "[ '$password' != \"\$(cat $conf/rpc-password)\" ]"

echo "purge without a found block"
echo a page >$conf/cert.pem
mkdir -p $state/blocks
touch $state/blocks/.reserve $state/kernel.json
loud apt-get purge -q -y ltcsolo
holds "the state directory is gone" absent $state
holds "a file that is not the package's stays" same $conf/cert.pem 'a page'
rm -r $conf
holds "nothing else is left" sh -c '[ -z "$(find /etc /usr /var/lib -name "*ltcsolo*" ! -path "/var/lib/dpkg/*" ! -path "/var/lib/apt/*")" ]'
