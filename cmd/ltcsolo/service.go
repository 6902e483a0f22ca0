package main

import (
	"context"
	"strings"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"

	"ltcsolo/solo"
)

// The service manager hears of a run by sd_notify: when the search has begun, what it does, that it is alive, and that
// it stops. Without a service manager (NOTIFY_SOCKET) nothing is said; an error of its socket is its own to see, by the
// time limits of the unit.

// statusEvery is how often the service manager is told what the run does.
const statusEvery = 10 * time.Second

// reportToService speaks with the service manager until ctx ends.
func (r *miningRun) reportToService(ctx context.Context) {
	every := statusEvery
	watchdog, err := daemon.SdWatchdogEnabled(false)
	if err == nil && watchdog > 0 {
		every = min(every, watchdog/3)
	}
	status := func() string { return "STATUS=" + strings.Join(r.statusLine(), " | ") }
	if sent, err := daemon.SdNotify(false, daemon.SdNotifyReady+"\n"+status()); !sent || err != nil {
		return
	}
	defer daemon.SdNotify(false, daemon.SdNotifyStopping)
	var pulse pulse
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			// A lock that is never released again holds this up, and the watchdog bites.
			state := status()
			if pulse.alive(now, r.stats(), watchdog) {
				state += "\n" + daemon.SdNotifyWatchdog
			}
			daemon.SdNotify(false, state)
		}
	}
}

// pulse sees whether a search goes on.
type pulse struct {
	hashes uint64
	at     time.Time // when hashes last grew, or need not have
}

// alive is false once a search that nothing holds back has hashed nothing for half of limit.
func (p *pulse) alive(now time.Time, st solo.Stats, limit time.Duration) bool {
	if p.at.IsZero() || !st.Searching || st.Search.Hashes != p.hashes {
		p.at, p.hashes = now, st.Search.Hashes
	}
	return now.Sub(p.at) <= limit/2
}
