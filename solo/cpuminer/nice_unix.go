//go:build unix && !linux

package cpuminer

import "golang.org/x/sys/unix"

// SetNice sets the scheduling priority of the process: on these systems setpriority(2) has none for a thread. Zero changes
// nothing.
func SetNice(nice int) error {
	if nice == 0 {
		return nil
	}
	return unix.Setpriority(unix.PRIO_PROCESS, 0, nice)
}

// yieldAtOnce does nothing: this system has no such policy.
func yieldAtOnce(int) {}
