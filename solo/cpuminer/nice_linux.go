package cpuminer

import "golang.org/x/sys/unix"

// setNice sets the scheduling priority of the calling thread. On Linux setpriority(2) applies to threads, so only hashing
// yields to other programs, and what talks to the node and the disk does not. Zero changes nothing.
func setNice(nice int) error {
	if nice == 0 {
		return nil
	}
	return unix.Setpriority(unix.PRIO_PROCESS, unix.Gettid(), nice)
}

// ShowNice sets the priority that ps and top show as the program's, which is that of its first thread: the calling one.
func ShowNice(nice int) error { return setNice(nice) }

// yieldAtOnce gives a thread of the lowest priority the policy SCHED_IDLE (sched(7)): any other thread that wakes up has
// its processor at once. One that has only the priority may keep it for some milliseconds, and those are between a new tip
// and the first hash on it. Where the policy is refused, as in a sandbox, the priority must do.
func yieldAtOnce(nice int) {
	if nice == lowestNice {
		unix.SchedSetAttr(0, &unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: unix.SCHED_IDLE, Nice: lowestNice}, 0)
	}
}
