package limits

import (
	"fmt"
	"time"

	"github.com/shirou/gopsutil/v4/cpu"
)

// loadSpan is the time over which the load is averaged.
const loadSpan = 10 * time.Second

// loadHysteresis is the part of the limit below which mining resumes.
const loadHysteresis = 0.8

// Usage is processor time since some moment, of all processors together.
type Usage struct {
	All time.Duration // of everything that runs
	Own time.Duration // of this process alone
}

// MaxLoad pauses while other programs keep more than limit processors busy, averaged over ten seconds, until they keep at
// most 0.8*limit busy. This program's own work does not count, unlike in the system's load average. read is ReadUsage,
// except in tests.
func MaxLoad(setting string, limit float64, read func() (Usage, error)) Rule {
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
		busy = load > limit || busy && load > loadHysteresis*limit
		if !busy {
			return "", nil
		}
		return fmt.Sprintf("other programs keep %.1f processors busy, resumes at %.1f", load, loadHysteresis*limit), nil
	}}
}

// ReadUsage reads the machine's processor time since it started, and this process's.
func ReadUsage() (Usage, error) {
	all, err := cpu.Times(false)
	if err != nil || len(all) == 0 {
		return Usage{}, fmt.Errorf("read processor time: %w", err)
	}
	own, err := ownTime()
	if err != nil {
		return Usage{}, fmt.Errorf("read processor time of this program: %w", err)
	}
	t := all[0]
	// User and nice time include that of guest systems. Waiting for a disk is not work.
	busy := t.User + t.Nice + t.System + t.Irq + t.Softirq
	return Usage{All: seconds(busy), Own: own}, nil
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
