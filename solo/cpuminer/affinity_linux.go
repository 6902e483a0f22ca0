package cpuminer

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// pin keeps the calling thread, number i of n, on a processor of its own, so that its scratchpad stays in that
// processor's cache. It does so only if there is a thread for each processor that the process may use: with fewer
// threads, the system knows better which processors are idle.
func pin(i, n int) error {
	var allowed unix.CPUSet
	if err := unix.SchedGetaffinity(0, &allowed); err != nil {
		return fmt.Errorf("read processor affinity: %w", err)
	}
	if allowed.Count() != n {
		return nil
	}
	for cpu := 0; ; cpu++ {
		if !allowed.IsSet(cpu) {
			continue
		}
		if i == 0 {
			var own unix.CPUSet
			own.Set(cpu)
			if err := unix.SchedSetaffinity(0, &own); err != nil {
				return fmt.Errorf("set processor affinity: %w", err)
			}
			return nil
		}
		i--
	}
}
