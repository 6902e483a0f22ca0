package solo_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"ltcsolo/solo"
	"ltcsolo/template"
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

// Alerts of a merged chain are apart from the main chain's of the same key and node, and say what they are about. They are
// grave only if a found block is at stake.
func TestAlertsOfAMergedChain(t *testing.T) {
	var log strings.Builder
	s := solo.NewAlerts(slog.New(slog.NewTextHandler(&log, nil)), nil)
	merged := s.Of(template.Dogecoin)
	if s.Of(template.Litecoin) != s {
		t.Error("the main chain's alerts are said to be about a chain")
	}
	for _, key := range []string{solo.AlertNoNode, solo.AlertUndelivered} {
		s.Raise(solo.Alert{Key: key, Text: "all is lost", Grave: true})
		merged.Raise(solo.Alert{Key: key, Text: "all is lost", Grave: true})
	}
	merged.Set("n", []string{solo.AlertNodeDown}, []solo.Alert{{Key: solo.AlertNodeDown, Text: "down", Grave: true}})
	s.End(solo.AlertNodeDown, "n")
	var got []string
	for _, a := range s.List() {
		got = append(got, fmt.Sprintf("%s %q %s %t", a.Key, a.Chain, a.Text, a.Grave))
	}
	slices.Sort(got)
	if want := []string{
		`no-node "" all is lost true`, `no-node "dogecoin" all is lost; this is about dogecoin alone false`,
		`node-down "dogecoin" down; this is about dogecoin alone false`,
		`undelivered "" all is lost true`, `undelivered "dogecoin" all is lost; this is about dogecoin alone true`,
	}; !slices.Equal(got, want) {
		t.Errorf("List() = %q, want %q", got, want)
	}
	merged.Set("n", []string{solo.AlertNodeDown}, nil)
	merged.End(solo.AlertNoNode, "")
	if list := merged.List(); len(list) != 3 {
		t.Errorf("List() = %+v, want three", list)
	}
	if want := "alert=node-down chain=dogecoin node=n"; strings.Count(log.String(), want) != 2 {
		t.Errorf("log lacks beginning and end of %s:\n%s", want, log.String())
	}
}
