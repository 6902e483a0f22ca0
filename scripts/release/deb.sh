#!/bin/sh
# usage: scripts/release/deb.sh BINARY ARCH VERSION EPOCH OUTDIR
# Makes the Debian package OUTDIR/ltcsolo_VERSION_ARCH.deb of a built ltcsolo, with dpkg-deb alone, as any user. ARCH is
# amd64, arm64 or armhf; VERSION the release's, as 1.0.0 or 1.0.0-rc1, which Debian writes 1.0.0~rc1; EPOCH the Unix time
# that all files get. THIRD-PARTY-LICENSES.txt, the licences of the libraries in BINARY, must stand beside it. NATIVE, from
# the environment, is an ltcsolo of the same source that runs here, to print man page and completions: by default BINARY.
# The same files and arguments give the same bits, whatever the folder, umask, locale or time zone.
set -eu

[ $# -eq 5 ] || { sed -n '2,7s/^# //p' "$0"; [ $# -eq 1 ] && exit 0; exit 2; }
binary=$(realpath "$1") arch=$2 version=$3 epoch=$4
mkdir -p "$5"
deb=$(realpath "$5")/ltcsolo_${version}_$arch.deb
native=$(realpath "${NATIVE:-$binary}")
licenses=${binary%/*}/THIRD-PARTY-LICENSES.txt
[ -e "$licenses" ] || { echo "there is no $licenses: a package must have the licences of what it contains" >&2; exit 1; }
debian_version=$(echo "$version" | tr - '~')
case $debian_version in
[0-9]*) ;;
*) echo "$version is not the version of a release: give one that begins with a digit, as 1.0.0" >&2; exit 2 ;;
esac
cd "$(dirname "$0")/../.."
. scripts/release/owner
umask 022
export LC_ALL=C TZ=UTC
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root

put() { install -D -m "$1" "$2" "$root/$3"; } # put MODE FILE PATH
made() { # made PATH: what is on standard input becomes a file
	cat >"$work/made"
	put 644 "$work/made" "$1"
}
packed() { gzip -9n | made "$1"; }
at_usr_bin() { sed 's,/usr/local/bin/,/usr/bin/,' "$1"; }

put 755 "$binary" usr/bin/ltcsolo
put 644 scripts/service/config.toml etc/ltcsolo/config.toml
units=usr/lib/systemd
for unit in ltcsolo.service ltcsolo-serve.service ltcsolo-serve.socket; do
	at_usr_bin scripts/service/$unit | made $units/system/$unit
done
# The user unit is where systemd looks for it: there is nothing to copy or to load.
at_usr_bin scripts/service/ltcsolo-user.service |
	sed -e '/^#   cp /d' -e 's/systemctl --user daemon-reload && //' | made $units/user/ltcsolo.service
put 644 scripts/release/deb/preset $units/system-preset/80-ltcsolo.preset
put 644 scripts/release/deb/preset $units/user-preset/80-ltcsolo.preset

"$native" man | packed usr/share/man/man1/ltcsolo.1.gz
"$native" completion bash | made usr/share/bash-completion/completions/ltcsolo
"$native" completion zsh | made usr/share/zsh/vendor-completions/_ltcsolo
"$native" completion fish | made usr/share/fish/vendor_completions.d/ltcsolo.fish

doc=usr/share/doc/ltcsolo
put 644 README.md $doc/README.md
put 644 CHANGELOG.md $doc/CHANGELOG.md
for file in crontab logrotate litecoin-cookie.conf; do
	at_usr_bin scripts/service/$file | made $doc/examples/$file
done
for file in alerts.yml prometheus.yml grafana.json; do
	put 644 scripts/monitoring/$file $doc/examples/monitoring/$file
done
{
	printf 'ltcsolo, %s\n\n' "$homepage"
	cat LICENSE
	echo
	cat "$licenses"
} | made $doc/copyright
packed $doc/changelog.gz <<-END
	ltcsolo ($debian_version) stable; urgency=medium

	  * What is new: /usr/share/doc/ltcsolo/CHANGELOG.md

	 -- $maintainer  $(date -R -d "@$epoch")
END
put 644 scripts/release/deb/lintian-overrides usr/share/lintian/overrides/ltcsolo

for script in postinst prerm postrm; do put 755 scripts/release/deb/$script DEBIAN/$script; done
echo /etc/ltcsolo/config.toml | made DEBIAN/conffiles
(cd "$root" && find usr -type f | sort | xargs md5sum) | made DEBIAN/md5sums
# In KiB, a folder counting as one: as Debian's own tools do it, so that the file system here does not matter.
size=$(cd "$root" && find etc usr -printf '%y %s\n' | awk '{ n += $1 == "f" ? int(($2 + 1023) / 1024) : 1 } END { print n }')
made DEBIAN/control <<-END
	Package: ltcsolo
	Version: $debian_version
	Architecture: $arch
	Maintainer: $maintainer
	Installed-Size: $size
	Depends: adduser
	Section: net
	Priority: optional
	Homepage: $homepage
	Description: solo Litecoin miner on your own node
	 Asks your own litecoind for a block template, searches headers with Scrypt on
	 the CPU, or with the miners of the house, and hands a found block to the node:
	 no pool, no fee, no account. Dogecoin can be mined with the same work.
	 .
	 On the main network a CPU finds nothing in a lifetime: it is for learning, for
	 testnet and regtest, and for those who know the odds.
END

# A folder that gives its group to what is made in it would pass that on.
find "$root" -type d -exec chmod g-s {} +
find "$root" -exec touch -h -d "@$epoch" {} +
# With several threads, xz's blocks depend on the machine.
SOURCE_DATE_EPOCH=$epoch DPKG_DEB_THREADS_MAX=1 dpkg-deb --root-owner-group -Zxz --build "$root" "$deb" >/dev/null
echo "$deb"
