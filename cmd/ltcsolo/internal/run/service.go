package run

import (
	"context"
	"strings"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
)

// The service manager hears of a run through sd_notify: that it is ready, what it does, that it is alive, and that it
// stops. It is ready once its configuration is right and its state directory locked: what comes then, it can wait for as
// long as it takes, and neither the boot of the machine nor the upgrade of a package has to wait with it. Without a service
// manager (NOTIFY_SOCKET) nothing is sent. An error of its socket is not ours to report: the service manager notices by the
// time limits of the unit.

// statusEvery is how often the service manager is told what the run does.
const statusEvery = 10 * time.Second

// reportToService talks to the service manager until ctx ends.
func (r *run) reportToService(ctx context.Context) {
	every := statusEvery
	limit, err := daemon.SdWatchdogEnabled(false)
	if err == nil && limit > 0 {
		every = min(every, limit/3)
	}
	status := func() string {
		if r.running.Load() == nil {
			return "STATUS=" + r.stats().Idle
		}
		return "STATUS=" + strings.Join(r.statusLine(), " | ")
	}
	if sent, err := daemon.SdNotify(false, daemon.SdNotifyReady+"\n"+status()); !sent || err != nil {
		return
	}
	defer daemon.SdNotify(false, daemon.SdNotifyStopping)
	w := watchdog{limit: limit}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			// A lock that is never released again blocks these calls, and the watchdog fires.
			state := status()
			if e := r.running.Load(); e == nil || w.alive(now, e.Stats().Searching && !r.waiting.Load(), r.sources) {
				state += "\n" + daemon.SdNotifyWatchdog
			}
			daemon.SdNotify(false, state)
		}
	}
}

// watchdog tells whether the sources that hash in this process make progress. It belongs to one goroutine.
type watchdog struct {
	limit  time.Duration
	pulses []pulse // of the sources, in their order
}

// alive reports whether each local source that has work has hashed something within half of the limit. offered says
// that the engine offers a job. A source that is paused, or that hashes elsewhere, need not.
func (w *watchdog) alive(now time.Time, offered bool, sources []Source) bool {
	if w.pulses == nil {
		w.pulses = make([]pulse, len(sources))
	}
	alive := true
	for i, s := range sources {
		if l, ok := s.(local); ok {
			alive = w.pulses[i].beats(now, offered && l.Paused() == "", l.Hashes(), w.limit) && alive
		}
	}
	return alive
}

// pulse is the progress of one source.
type pulse struct {
	hashes uint64
	at     time.Time // when hashes last grew, or the source had no work
}

// beats is false once a source that has work has hashed nothing for half of limit.
func (p *pulse) beats(now time.Time, busy bool, hashes uint64, limit time.Duration) bool {
	if p.at.IsZero() || !busy || hashes != p.hashes {
		p.at, p.hashes = now, hashes
	}
	return now.Sub(p.at) <= limit/2
}
