//go:build unix && !linux

package cpuminer

import "golang.org/x/sys/unix"

// SetNice sets the scheduling priority of the process: these systems have none for a thread in setpriority(2).
func SetNice(nice int) error {
	if nice == 0 {
		return nil
	}
	return unix.Setpriority(unix.PRIO_PROCESS, 0, nice)
}
