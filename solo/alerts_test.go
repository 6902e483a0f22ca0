package solo_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"ltcsolo/solo"
)

func TestAlertsAreToldOnce(t *testing.T) {
	var log bytes.Buffer
	var told []string
	s := solo.NewAlerts(slog.New(slog.NewTextHandler(&log, nil)), func(a solo.Alert, over bool) {
		if over {
			a.Key = "over " + a.Key
		}
		told = append(told, a.Key+"@"+a.Node)
	})
	first := time.Now().Add(-time.Hour)
	s.Raise(solo.Alert{Key: solo.AlertStaleTip, Node: "b", Text: "no block for 40m", Remedy: "look", Since: first})
	s.Raise(solo.Alert{Key: solo.AlertStaleTip, Node: "b", Text: "no block for 41m", Remedy: "look"})
	s.Raise(solo.Alert{Key: solo.AlertStaleTip, Node: "a", Text: "no block for 42m", Remedy: "look", Grave: true})
	list := s.List()
	if len(list) != 2 || list[0].Node != "b" || list[0].Text != "no block for 41m" || !list[0].Since.Equal(first) || list[1].Node != "a" {
		t.Errorf("List() = %+v", list)
	}
	s.Set("b", []string{solo.AlertStaleTip, solo.AlertNoPeers}, []solo.Alert{{Key: solo.AlertNoPeers, Text: "alone"}})
	s.End(solo.AlertStaleTip, "a")
	s.End(solo.AlertStaleTip, "a")
	const want = "stale-tip@b stale-tip@a over stale-tip@b no-peers@b over stale-tip@a"
	if got := strings.Join(told, " "); got != want {
		t.Errorf("told %s\nwant %s", got, want)
	}
	text := log.String()
	for _, line := range []string{
		`level=WARN msg=alert alert=stale-tip node=b why="no block for 40m" remedy=look`,
		`level=ERROR msg=alert alert=stale-tip node=a`,
		`level=INFO msg="alert is over" alert=stale-tip node=b lasted=1h0m0s`,
	} {
		if strings.Count(text, line) != 1 {
			t.Errorf("log has not once %q:\n%s", line, text)
		}
	}
	if n := strings.Count(text, "\n"); n != 5 {
		t.Errorf("%d lines in the log, want 5:\n%s", n, text)
	}
}

// Alerts about workers are apart from each other, and those that are not named any more are over.
func TestAlertsAboutWorkers(t *testing.T) {
	var log bytes.Buffer
	var told []string
	s := solo.NewAlerts(slog.New(slog.NewTextHandler(&log, nil)), func(a solo.Alert, over bool) {
		told = append(told, fmt.Sprint(a.Key, "@", a.Worker, " ", over))
	})
	s.Raise(solo.Alert{Key: solo.AlertLowDisk})
	silent := func(worker string) solo.Alert { return solo.Alert{Key: solo.AlertWorkerSilent, Worker: worker} }
	s.SetWorkers([]solo.Alert{silent("a"), silent("b")})
	s.SetWorkers([]solo.Alert{silent("b"), {Key: solo.AlertWorkerSlow, Worker: "b"}})
	s.SetWorkers(nil)
	const want = "[low-disk@ false worker-silent@a false worker-silent@b false worker-silent@a true worker-slow@b false worker-silent@b true worker-slow@b true]"
	if got := fmt.Sprint(told); got != want {
		t.Errorf("told %s\nwant %s", got, want)
	}
	if list := s.List(); len(list) != 1 || list[0].Key != solo.AlertLowDisk {
		t.Errorf("List() = %+v, want the alert that is about no worker", list)
	}
	if !strings.Contains(log.String(), "msg=alert alert=worker-silent worker=a ") {
		t.Errorf("log: %s", &log)
	}
}

// An active alert is told again at each new kind, but not at one that it has had.
func TestAlertIsToldAtEachKind(t *testing.T) {
	var told []string
	s := solo.NewAlerts(slog.New(slog.DiscardHandler), func(a solo.Alert, over bool) {
		if over {
			a.Text = "over"
		}
		told = append(told, a.Text)
	})
	for _, kind := range []string{"down", "forbidden", "down", "forbidden"} {
		s.Raise(solo.Alert{Key: solo.AlertUndelivered, Text: kind, Kind: kind})
	}
	s.End(solo.AlertUndelivered, "")
	s.Raise(solo.Alert{Key: solo.AlertUndelivered, Text: "down", Kind: "down"})
	if got := strings.Join(told, " "); got != "down forbidden over down" {
		t.Errorf("told %s", got)
	}
}
