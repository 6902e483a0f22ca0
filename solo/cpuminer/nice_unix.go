//go:build unix && !linux

package cpuminer

import "golang.org/x/sys/unix"

// setNice sets the scheduling priority of the process: on these systems setpriority(2) has none for a thread. Zero changes
// nothing.
func setNice(nice int) error {
	if nice == 0 {
		return nil
	}
	return unix.Setpriority(unix.PRIO_PROCESS, 0, nice)
}

// ShowNice does nothing: setNice has set the priority that ps and top show.
func ShowNice(int) error { return nil }

// yieldAtOnce does nothing: this system has no such policy.
func yieldAtOnce(int) {}
