package solo_test

import (
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/delivery/deliverytest"
)

// advisedError is an error that says what to do, as those of package node do.
type advisedError struct{ error }

func (advisedError) Advice() string { return "add it to the whitelist" }

// A found block that no node takes is a grave alert with the node's words and its remedy, and it ends when one takes it.
func TestUndeliveredBlockIsAnAlert(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var allowed atomic.Bool
		m := start(t, func(attempt int) (delivery.Verdict, error) {
			if !allowed.Load() {
				return delivery.Verdict{}, advisedError{errors.New("the node forbids submitblock (HTTP 403)")}
			}
			return deliverytest.Accept(attempt)
		})
		r := m.block(t, 10, 1)
		time.Sleep(11 * time.Second)
		synctest.Wait()
		alerts := m.Stats().Alerts
		if len(alerts) != 1 {
			t.Fatalf("alerts %+v, want one", alerts)
		}
		a := alerts[0]
		if a.Key != solo.AlertUndelivered || !a.Grave || !strings.Contains(a.Text, r.BlockHash.String()) || !strings.Contains(a.Text, "HTTP 403") ||
			!strings.Contains(a.Remedy, "whitelist") {
			t.Errorf("alert %+v", a)
		}
		allowed.Store(true)
		time.Sleep(time.Minute)
		synctest.Wait()
		if alerts := m.Stats().Alerts; len(alerts) > 0 {
			t.Errorf("alerts %+v after the block was taken", alerts)
		}
	})
}
