package delivery_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"ltcsolo/solo/delivery"
	"ltcsolo/solo/delivery/deliverytest"
)

func (w *watcher) wantUndelivered(t *testing.T, want ...string) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if !slices.Equal(w.undelivered, want) {
		t.Errorf("the watcher heard of undelivered blocks %q, want %q", w.undelivered, want)
	}
}

// The watcher hears after ten seconds that no node has taken the block, again at each other reason, and when one has.
func TestWatcherHearsOfAnUndeliveredBlock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		r := start(t, func(attempt int) (delivery.Verdict, error) {
			switch s := time.Since(began); {
			case s < 20*time.Second:
				return deliverytest.Down(attempt)
			case s < 200*time.Second:
				return delivery.Verdict{Outcome: delivery.RefusedForNow, Reason: "prev-blk-not-found"}, nil
			}
			return deliverytest.Accept(attempt)
		})
		r.take()
		time.Sleep(10*time.Second - 1)
		synctest.Wait()
		r.watcher.wantUndelivered(t)
		time.Sleep(2 * time.Nanosecond)
		synctest.Wait()
		r.watcher.wantUndelivered(t, "node down")
		time.Sleep(150 * time.Second)
		synctest.Wait()
		r.watcher.wantUndelivered(t, "node down", "node: rejected: prev-blk-not-found")
		time.Sleep(200 * time.Second)
		synctest.Wait()
		r.watcher.wantUndelivered(t, "node down", "node: rejected: prev-blk-not-found", "<nil>")
	})
}

func TestWhatCountsAsUndelivered(t *testing.T) {
	buried := &deliverytest.Chain{}
	buried.Set(10, 20, rival)
	for _, tt := range []struct {
		name    string
		submit  func(int) (delivery.Verdict, error)
		options []func(*setup)
		want    []string
	}{
		{"accepted", deliverytest.Accept, nil, nil},
		{"known beside the best chain", deliverytest.Answer(delivery.Inconclusive, ""), nil, nil},
		{"refused for good", deliverytest.Answer(delivery.Rejected, "high-hash"), nil, []string{"node: rejected: high-hash"}},
		{"no answer", func(int) (delivery.Verdict, error) {
			time.Sleep(time.Minute)
			return delivery.Verdict{}, deliverytest.ErrDown
		}, nil, []string{"no node has answered yet"}},
		{"another node takes it", deliverytest.Down, []func(*setup){alsoTo(&deliverytest.Node{ID: "good", Submit: deliverytest.Accept})}, nil},
		{"orphaned", deliverytest.Answer(delivery.RefusedForNow, "prev-blk-not-found"), []func(*setup){on(buried)}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := start(t, tt.submit, tt.options...)
				r.take()
				r.tip()
				time.Sleep(20 * time.Second)
				synctest.Wait()
				r.watcher.wantUndelivered(t, tt.want...)
			})
		})
	}
}

// A run that ends with a block in hand does not say that all is well.
func TestUndeliveredBlockStaysSoAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, deliverytest.Down)
		r.take()
		time.Sleep(time.Minute)
		r.stop()
		r.watcher.wantUndelivered(t, "node down")
	})
}
