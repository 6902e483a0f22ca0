//go:build linux || darwin

package run

import "golang.org/x/sys/unix"

// descriptorLimit returns how many descriptors this process may have open; 0 if the system does not tell.
func descriptorLimit() uint64 {
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NOFILE, &limit) != nil {
		return 0
	}
	return limit.Cur
}
