package cpuminer

import "golang.org/x/sys/unix"

// SetNice sets the scheduling priority of the calling thread: on Linux setpriority(2) speaks of threads, so that
// only hashing is put back, never the way to the node and the disk.
func SetNice(nice int) error {
	if nice == 0 {
		return nil
	}
	return unix.Setpriority(unix.PRIO_PROCESS, unix.Gettid(), nice)
}
