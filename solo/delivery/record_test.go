package delivery_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"ltcsolo/solo/delivery"
	"ltcsolo/solo/delivery/deliverytest"
)

var errFull = errors.New("no space left on device")

// Neither the disk nor the node waits for the other.
func TestH15SlowJournalDoesNotDelaySubmission(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, deliverytest.Accept, func(s *setup) {
			s.journal.Before = func() error { time.Sleep(time.Hour); return nil }
		})
		r.take()
		synctest.Wait()
		r.wantVerdicts(t, "accepted")
		if len(r.journal.Appended()) != 0 {
			t.Fatal("the journal was not slow")
		}
		r.stop()
		time.Sleep(2 * time.Hour) // the write ends by itself
	})
}

func TestDeadNodeDoesNotDelayJournal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, func(attempt int) (delivery.Verdict, error) { time.Sleep(time.Hour); return deliverytest.Down(attempt) })
		r.take()
		synctest.Wait()
		r.wantJournal(t, 1)
	})
}

func TestH15FullDiskIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		failures := 5
		r := start(t, deliverytest.Accept, func(s *setup) {
			s.journal.Before = func() error {
				if failures--; failures >= 0 {
					return errFull
				}
				return nil
			}
		})
		r.take()
		synctest.Wait()
		r.wantVerdicts(t, "accepted")
		time.Sleep(time.Minute)
		synctest.Wait()
		r.wantJournal(t, 1, "node accepted")
	})
}
