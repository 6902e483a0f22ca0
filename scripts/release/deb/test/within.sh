#!/bin/sh
# usage: scripts/release/deb/test/within.sh chroot|boot ROOT SHARED COMMAND [ARGUMENT...]
# Runs a command in a copy of the Debian in ROOT that lives as long as the command, with the files of SHARED in /srv/test:
# in a chroot, or on a systemd that is booted there. It has namespaces of its own, without a network; when it ends, nothing is
# left of it.
set -eu

copy() { # in the namespaces: a copy of ROOT that is kept in memory, in $copy
	mount -t tmpfs tmpfs "$space"
	mkdir "$space/changes" "$space/work" "$copy"
	mount -t overlay -o "lowerdir=$root,upperdir=$space/changes,workdir=$space/work" overlay "$copy"
	mkdir -p "$copy/srv/test"
	mount --bind "$shared" "$copy/srv/test"
	mount -t proc proc "$copy/proc"
	mount -t tmpfs -o mode=755 dev "$copy/dev"
	mkdir "$copy/dev/pts" "$copy/dev/shm"
	mount -t devpts -o newinstance,ptmxmode=666 devpts "$copy/dev/pts"
	ln -s pts/ptmx "$copy/dev/ptmx"
	ln -s /proc/self/fd "$copy/dev/fd"
	for device in 'null 1 3' 'zero 1 5' 'full 1 7' 'random 1 8' 'urandom 1 9' 'tty 5 0'; do
		set -- $device
		mknod -m 666 "$copy/dev/$1" c "$2" "$3"
	done
}

clean() { env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 "$@"; }

how=$1 root=$2 shared=$3
shift 3
case $how in
chroot | boot)
	space=$(mktemp -d)
	end() {
		[ -z "${system-}" ] || { kill -KILL "$system" && wait "$system"; } 2>/dev/null || true
		for _ in ${cgroup:+$(seq 100)}; do # its processes end a moment after their first one
			if find "$cgroup" -depth -type d -exec rmdir {} + 2>/dev/null; then break; fi
			sleep 0.1
		done
		rmdir "$space"
	}
	trap end EXIT
	trap 'exit 1' HUP INT TERM
	;;
esac
export space="$space" copy="$space/root"

case $how in
chroot)
	unshare --mount --pid --net --ipc --uts --fork --kill-child "$0" in-chroot "$root" "$shared" "$@"
	;;
in-chroot)
	copy
	mount -t sysfs -o ro sysfs "$copy/sys"
	clean chroot "$copy" "$@"
	;;
boot)
	cgroup=$(findmnt -n -f -o TARGET -t cgroup2)/ltcsolo-test-$$
	mkdir "$cgroup"
	(
		echo 0 >"$cgroup/cgroup.procs"
		exec unshare --mount --pid --net --ipc --uts --cgroup --fork --kill-child "$0" in-boot "$root" "$shared"
	) &
	system=$!
	inside() { clean nsenter --all --target "$(pgrep -P "$system")" "$@"; }
	deadline=$(($(date +%s) + 300))
	until state=$(inside systemctl is-system-running 2>/dev/null) || [ "$state" = degraded ]; do
		[ "$(date +%s)" -lt $deadline ] || { echo "systemd does not boot here: ${state:-no answer}" >&2; exit 3; }
		sleep 0.2
	done
	inside "$@"
	;;
in-boot)
	copy
	# What would change this machine is read-only, as in a container.
	mount -t sysfs -o ro sysfs "$copy/sys"
	mount --bind -o ro "$copy/proc/sys" "$copy/proc/sys"
	mount -t cgroup2 cgroup2 "$copy/sys/fs/cgroup"
	mount -t tmpfs -o mode=755 run "$copy/run"
	cd "$copy"
	ln -s /dev/null etc/systemd/system/systemd-networkd-wait-online.service # there is no network to wait for
	mkdir old
	pivot_root . old
	# systemd leaves it to a container's maker that mounts are shared, as a service's credentials need it.
	exec chroot . /bin/sh -c 'umount -l /old && rmdir /old && mount --make-rshared / &&
		exec env -i container=ltcsolo-test /usr/lib/systemd/systemd' >/dev/null 2>&1
	;;
esac
