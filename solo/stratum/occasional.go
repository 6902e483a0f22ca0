package stratum

import (
	"sync/atomic"
	"time"
)

// occasional limits a log line to one a minute. It is safe for concurrent use.
type occasional struct{ last atomic.Pointer[time.Time] }

// due reports whether the line is due, and counts it if so. A clock that was put back keeps no line back.
func (o *occasional) due(now time.Time) bool {
	last := o.last.Load()
	if last != nil && !now.Before(*last) && now.Sub(*last) < time.Minute {
		return false
	}
	return o.last.CompareAndSwap(last, &now)
}
