//go:build !unix

package limits

import (
	"os"
	"time"

	"github.com/shirou/gopsutil/v4/process"
)

// ownTime returns the processor time of this process.
func ownTime() (time.Duration, error) {
	self, err := process.NewProcess(int32(os.Getpid()))
	if err != nil {
		return 0, err
	}
	used, err := self.Times()
	if err != nil {
		return 0, err
	}
	return seconds(used.User + used.System), nil
}
