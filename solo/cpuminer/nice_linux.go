package cpuminer

import "golang.org/x/sys/unix"

// SetNice sets the scheduling priority of the calling thread. On Linux setpriority(2) applies to threads, so only hashing
// yields to other programs, and what talks to the node and the disk does not. Zero changes nothing.
func SetNice(nice int) error {
	if nice == 0 {
		return nil
	}
	return unix.Setpriority(unix.PRIO_PROCESS, unix.Gettid(), nice)
}
