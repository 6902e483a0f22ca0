//go:build unix

package limits

import (
	"time"

	"golang.org/x/sys/unix"
)

// ownTime returns the processor time of this process. The system call has it everywhere; of /proc/self/stat an emulator
// such as qemu makes one in which it is always 0.
func ownTime() (time.Duration, error) {
	var used unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &used); err != nil {
		return 0, err
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano()), nil
}
