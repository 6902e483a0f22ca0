package rigs

import (
	"fmt"
	"math"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/odds"
	"ltcsolo/solo/units"
)

// When a machine's hardware errors are said to rise.
const (
	errorTime    = 10 * time.Minute // in which errors are counted
	errorHistory = time.Hour        // to compare them with
	errorLeast   = 20               // fewer may be by chance, whatever there was before
	errorTimes   = 5                // as many as before
	errorChance  = 1e-6             // that so many come without a reason
	errorMemory  = 6 * time.Hour    // over which the usual number of errors is the average
)

// errorCount watches a machine's count of hardware errors. Some errors are usual, and how many differs from one machine to
// the next.
type errorCount struct {
	began  time.Time // zero before the first count
	last   uint64
	usual  float64     // errors a second
	recent []errorSpan // of the last errorTime
	rising bool
	newest errorSpan // recent, all together
}

// errorSpan is what came between two answers.
type errorSpan struct {
	until  time.Time
	time   time.Duration
	errors uint64
}

// add takes in the count at a time; before is that of the last one.
func (c *errorCount) add(count uint64, before, now time.Time) {
	if c.began.IsZero() || count < c.last { // the machine was started again
		*c = errorCount{began: now, last: count}
		return
	}
	span := errorSpan{now, now.Sub(before), count - c.last}
	c.last = count
	c.recent = append(c.recent, span)
	for now.Sub(c.recent[0].until) >= errorTime {
		if !c.rising {
			c.learn(c.recent[0])
		}
		c.recent = c.recent[1:]
	}
	c.newest = errorSpan{until: now}
	for _, s := range c.recent {
		c.newest.time += s.time
		c.newest.errors += s.errors
	}
	expected := c.usual * c.newest.time.Seconds()
	c.rising = now.Sub(c.began) >= errorHistory+errorTime && c.newest.errors >= errorLeast && float64(c.newest.errors) >= errorTimes*expected &&
		odds.PoissonAtLeast(int(min(c.newest.errors, math.MaxInt32)), expected) < errorChance
}

// learn has the usual rate follow a span. At first it is the average of all that was seen.
func (c *errorCount) learn(s errorSpan) {
	memory := min(s.until.Sub(c.began), errorMemory).Seconds()
	if memory > 0 {
		part := min(s.time.Seconds()/memory, 1)
		c.usual += part * (float64(s.errors)/max(s.time.Seconds(), 1) - c.usual)
	}
}

func (c *errorCount) look() (solo.Alert, bool) {
	if !c.rising {
		return solo.Alert{}, false
	}
	return solo.Alert{
		Key: solo.AlertRigErrors,
		Text: fmt.Sprintf("%s hardware errors in %.0f minutes; before, it was %.2g", units.Thousands(int64(min(c.newest.errors, 1<<53))),
			c.newest.time.Minutes(), c.usual*c.newest.time.Seconds()),
		Remedy: "look at its temperature and its power supply; a lower frequency helps chips that are failing",
	}, true
}
