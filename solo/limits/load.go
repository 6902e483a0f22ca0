package limits

import (
	"fmt"
	"os"
	"time"

	"github.com/shirou/gopsutil/v4/cpu"
	"github.com/shirou/gopsutil/v4/process"
)

// loadSpan is over how long the load is averaged.
const loadSpan = 10 * time.Second

// calmer is the part of the limit below which the search goes on.
const calmer = 0.8

// Usage is processor time since some moment, of all processors together: of everything that runs, and of this process
// alone.
type Usage struct{ All, Own time.Duration }

// MaxLoad pauses while other programs keep more than that many processors busy, averaged over ten seconds. This
// program's own work does not count, unlike in the system's load average. ReadUsage is the machine's; another is for
// tests.
func MaxLoad(setting string, most float64, read func() (Usage, error)) Rule {
	type reading struct {
		at    time.Time
		usage Usage
	}
	var past []reading
	busy := false
	return Rule{Name: "max-load", Setting: setting, Check: func(now time.Time) (string, error) {
		u, err := read()
		if err != nil {
			return "", err
		}
		past = append(past, reading{now, u})
		for len(past) > 2 && now.Sub(past[1].at) >= loadSpan {
			past = past[1:]
		}
		span := now.Sub(past[0].at)
		if span <= 0 {
			past = past[len(past)-1:] // the first reading, or the clock was set back
			return "", nil
		}
		others := (u.All - past[0].usage.All) - (u.Own - past[0].usage.Own)
		load := max(0, others.Seconds()/span.Seconds())
		busy = load > most || busy && load > calmer*most
		if !busy {
			return "", nil
		}
		return fmt.Sprintf("other programs keep %.1f processors busy, goes on at %.1f", load, calmer*most), nil
	}}
}

// ReadUsage reads the machine's processor time.
func ReadUsage() (Usage, error) {
	all, err := cpu.Times(false)
	if err != nil || len(all) == 0 {
		return Usage{}, fmt.Errorf("processor time cannot be read: %w", err)
	}
	self, err := process.NewProcess(int32(os.Getpid()))
	if err != nil {
		return Usage{}, fmt.Errorf("processor time of this program cannot be read: %w", err)
	}
	own, err := self.Times()
	if err != nil {
		return Usage{}, fmt.Errorf("processor time of this program cannot be read: %w", err)
	}
	t := all[0]
	// What a guest system used is in the user and nice time already; waiting for a disk is not work.
	busy := t.User + t.Nice + t.System + t.Irq + t.Softirq
	return Usage{All: seconds(busy), Own: seconds(own.User + own.System)}, nil
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
