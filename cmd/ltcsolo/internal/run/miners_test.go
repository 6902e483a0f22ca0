package run

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"ltcsolo/solo"
)

// TestMinersAreToldOnce: each alert is told once when it begins and once when it is over.
func TestMinersAreToldOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told []string
		alerts := solo.NewAlerts(slog.New(slog.DiscardHandler), func(a solo.Alert, over bool) {
			told = append(told, fmt.Sprint(a.Key, " ", a.Worker, " ", over))
		})
		minute := 0
		look := func() (now []solo.Alert) {
			minute++
			if minute >= 2 && minute < 5 {
				now = append(now, solo.Alert{Key: solo.AlertWorkerSilent, Worker: "l9", Text: fmt.Sprintf("no share for %d minutes", minute)})
			}
			if minute >= 3 {
				now = append(now, solo.Alert{Key: solo.AlertWorkerSilent, Worker: "l7"}, solo.Alert{Key: solo.AlertNoMiners})
			}
			return now
		}
		ctx, cancel := context.WithCancel(t.Context())
		go watchMiners(ctx, look, alerts)
		time.Sleep(4*minersEvery + time.Second)
		synctest.Wait()
		if list := alerts.List(); len(list) != 3 || list[0].Text != "no share for 4 minutes" {
			t.Errorf("alerts %+v, want three, of which the first says how it is now", list)
		}
		time.Sleep(10 * minersEvery)
		cancel()
		synctest.Wait()
		want := "[worker-silent l9 false worker-silent l7 false no-miners  false worker-silent l9 true]"
		if got := fmt.Sprint(told); got != want {
			t.Errorf("told %v, want %v", got, want)
		}
	})
}

// TestManyMinersAreCounted: of a house full of silent miners some are told, and the others are counted. Those that were
// told are not told again when others come and go.
func TestManyMinersAreCounted(t *testing.T) {
	told := make(map[string]int)
	alerts := solo.NewAlerts(slog.New(slog.DiscardHandler), func(a solo.Alert, over bool) { told[a.Worker]++ })
	silent := func(from, to int) (all []solo.Alert) {
		for i := from; i < to; i++ {
			all = append(all, solo.Alert{Key: solo.AlertWorkerSilent, Worker: fmt.Sprintf("rig%03d", i)})
		}
		return all
	}
	tellMiners(silent(100, 200), alerts)
	if n := len(alerts.List()); n != maxWorkerAlerts+1 {
		t.Errorf("%d alerts are active, want %d and one for all others", n, maxWorkerAlerts)
	}
	tellMiners(silent(0, 200), alerts)
	if n := len(told); n != maxWorkerAlerts+1 || told["rig100"] != 1 || told["rig000"] != 0 {
		t.Errorf("told %v", told)
	}
	tellMiners(nil, alerts)
	if n := len(alerts.List()); n != 0 || told["rig100"] != 2 || told[""] != 2 {
		t.Errorf("%d alerts are active when all is well again; told %v", n, told)
	}
}
