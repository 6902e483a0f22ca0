package scrypt

import (
	"time"

	"golang.org/x/sys/unix"
)

// threadTime returns the processor time that the calling thread has used so far. It is not ok if the system does not tell.
func threadTime() (used time.Duration, ok bool) {
	var t unix.Timespec
	err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t)
	used = time.Duration(t.Nano())
	return used, err == nil && used > 0 // a sandbox may refuse, or not count
}
