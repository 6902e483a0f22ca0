package run

import (
	"context"
	"fmt"
	"slices"
	"time"

	"ltcsolo/solo"
)

const (
	minersEvery     = time.Minute
	maxWorkerAlerts = 20 // told one by one: a switch without power silences a house full of miners
)

// serverAlerts are the keys of the alerts about the server for other miners that are about no worker.
var serverAlerts = []string{solo.AlertNoMiners, solo.AlertConnections, solo.AlertWorkers}

// watchMiners raises the alerts about miners that look returns, and ends those that it returns no more, until ctx ends.
func watchMiners(ctx context.Context, look func() []solo.Alert, alerts *solo.Alerts) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(minersEvery):
			tellMiners(look(), alerts)
		}
	}
}

// tellMiners makes now the active alerts about miners. Beyond maxWorkerAlerts it counts them.
func tellMiners(now []solo.Alert, alerts *solo.Alerts) {
	var ofWorkers, others []solo.Alert
	for _, a := range now {
		if a.Worker != "" {
			ofWorkers = append(ofWorkers, a)
		} else {
			others = append(others, a)
		}
	}
	active := alerts.List()
	known := func(a solo.Alert) bool {
		return slices.ContainsFunc(active, func(b solo.Alert) bool { return a.Key == b.Key && a.Worker == b.Worker })
	}
	slices.SortStableFunc(ofWorkers, func(a, b solo.Alert) int { // what was told stays told
		switch x, y := known(a), known(b); {
		case x == y:
			return 0
		case x:
			return -1
		}
		return 1
	})
	if more := len(ofWorkers) - maxWorkerAlerts; more > 0 {
		ofWorkers = ofWorkers[:maxWorkerAlerts]
		others = append(others, solo.Alert{
			Key: solo.AlertWorkers, Text: fmt.Sprintf("%d more miners need looking after", more),
			Remedy: "look for what they have in common: power, network, or this machine; ltcsolo status --json lists all miners",
		})
	}
	alerts.SetWorkers(ofWorkers)
	alerts.Set("", serverAlerts, others)
}
