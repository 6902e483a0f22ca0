package stratum_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/stratum"
)

// A server tells of what concerns it and its miners: nobody is there, somebody mines for another address, and too many
// connect.
func TestAlerts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := serve(t, func(c *stratum.Config) {
			c.MaxPerAddress = 1
			c.Foreign = func(user string) string {
				if user == "LThief" {
					return "its user name is an address that is not paid"
				}
				return ""
			}
		})
		check := func(when string, want ...string) {
			t.Helper()
			synctest.Wait()
			var got []string
			for _, a := range h.Alerts() {
				got = append(got, strings.TrimSpace(a.Key+" "+a.Worker))
				if a.Text == "" || a.Remedy == "" || a.Grave {
					t.Errorf("%s: %+v", when, a)
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s: alerts %q, want %q", when, got, want)
			}
		}
		check("at the start")
		time.Sleep(11 * time.Minute)
		check("after eleven minutes", solo.AlertNoMiners)
		m := h.connect("10.0.0.1")
		m.send(subscribe + strings.ReplaceAll(authorize, "rig", "LThief"))
		check("with a thief", solo.AlertWorkerElsewhere+" LThief")
		h.connect("10.0.0.1")
		check("with one connection too many", solo.AlertWorkerElsewhere+" LThief", solo.AlertConnections)
		m.conn.Close()
		check("after the thief left", solo.AlertConnections)
		time.Sleep(10 * time.Minute)
		check("ten minutes later", solo.AlertNoMiners)
	})
}
