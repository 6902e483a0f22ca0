# What install.sh and service.sh share. Read by sh, in the Debian that is tested.
export DEBIAN_FRONTEND=noninteractive
state=/var/lib/ltcsolo conf=/etc/ltcsolo
said=/tmp/said # what the last command of loud said

fail() { echo "FAILED: $*" >&2; exit 1; }
holds() { # holds WHAT COMMAND...: the command succeeds
	what=$1
	shift
	"$@" || fail "$what: $*"
	echo "  $what"
}
absent() { for file; do [ ! -e "$file" ] || { ls -ld "$file"; return 1; }; done; }
told() { grep -q -e "$1" $said || { cat $said; return 1; }; }
# A question gets no answer, so that it is a failure, and so is a command that hangs.
loud() { timeout 300 "$@" </dev/null >$said 2>&1 || { cat $said; fail "$*"; }; }
install_deb() { loud apt-get install -q -y --allow-downgrades "$1"; }
until_holds() { # until_holds WHAT COMMAND...: the command succeeds within five minutes
	what=$1 deadline=$(($(date +%s) + 300))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$(date +%s)" -lt $deadline ] || { "$@" || true; fail "not in five minutes: $what: $*"; }
		sleep 0.2
	done
	echo "  $what"
}
configure() { # sets an address, and what else is given, in the configuration
	{ echo 'address = "rltc1qvdgzuwmn0cjf46u8ha3wfk6238pew4syxw0lzs"' && sed 's/^network = .*/network = "regtest"/; s/9332/19443/' $conf/config.toml; } >/tmp/config
	cat /tmp/config >$conf/config.toml
}
same() { [ "$(cat "$1")" = "$2" ]; }
mode() { [ "$(stat -c '%a %U' "$1")" = "$2" ]; }
version() { dpkg-query -W -f '${Status} ${Version}' ltcsolo | grep -qxF "install ok installed $1"; }
