package delivery_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ltcsolo/solo/delivery"
	"ltcsolo/solo/delivery/deliverytest"
)

// foundLines lets only the announcement of a block through.
type foundLines struct{ slog.Handler }

func (h foundLines) Handle(ctx context.Context, r slog.Record) error {
	if r.Message != "block found" {
		return nil
	}
	return h.Handler.Handle(ctx, r)
}

func (h foundLines) WithAttrs(attrs []slog.Attr) slog.Handler {
	return foundLines{h.Handler.WithAttrs(attrs)}
}

// What was announced outlives the program: the journal or a node has it by then. Where neither takes it, the news does
// not wait for ever.
func TestH21BlockIsAnnouncedWhenItIsInSafeHands(t *testing.T) {
	for _, tt := range []struct {
		name          string
		journal, node time.Duration // until they have it; 0: never
		want          time.Duration
	}{
		{"node first", 500 * time.Millisecond, 300 * time.Millisecond, 300 * time.Millisecond},
		{"journal first", 20 * time.Millisecond, 300 * time.Millisecond, 20 * time.Millisecond},
		{"node is down", 20 * time.Millisecond, 0, 20 * time.Millisecond},
		{"node is down and the disk full", 0, 0, time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var lines deliverytest.LineCount
				r := start(t, func(attempt int) (delivery.Verdict, error) {
					time.Sleep(tt.node)
					if tt.node == 0 {
						return deliverytest.Down(attempt)
					}
					return deliverytest.Accept(attempt)
				}, func(s *setup) {
					s.Log = slog.New(foundLines{slog.NewTextHandler(&lines, nil)})
					s.journal.Before = func() error {
						time.Sleep(tt.journal)
						if tt.journal == 0 {
							return errFull
						}
						return nil
					}
				})
				r.take()
				time.Sleep(tt.want - time.Nanosecond)
				synctest.Wait()
				if n := lines.Load(); n != 0 {
					t.Errorf("announced %d times before %v", n, tt.want)
				}
				time.Sleep(time.Nanosecond)
				synctest.Wait()
				if n := lines.Load(); n != 1 {
					t.Errorf("announced %d times after %v, want once", n, tt.want)
				}
				time.Sleep(time.Minute)
			})
		})
	}
}

// What repeats is logged less and less often: a fault of weeks does not fill the disk with its log.
func TestFaultsDoNotFloodTheLog(t *testing.T) {
	const most = 60 // lines in a day of faults
	tests := []struct {
		name string
		run  func(t *testing.T, log func(*setup))
	}{
		{"node down", func(t *testing.T, log func(*setup)) {
			start(t, deliverytest.Down, log).take()
		}},
		{"disk full", func(t *testing.T, log func(*setup)) {
			start(t, deliverytest.Accept, log, func(s *setup) {
				s.journal.Before = func() error { return errFull }
			}).take()
		}},
		{"block lost by node and journal", func(t *testing.T, log func(*setup)) {
			start(t, deliverytest.Accept, log, on(&deliverytest.Chain{}), func(s *setup) {
				s.journal.Earlier = []delivery.Block{acceptedAt(1)}
			})
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var lines deliverytest.LineCount
				tt.run(t, func(s *setup) { s.Log = lines.Logger() })
				time.Sleep(24 * time.Hour)
				synctest.Wait()
				if n := lines.Load(); n == 0 || n > most {
					t.Errorf("%d lines, want 1 to %d", n, most)
				}
			})
		})
	}
}

// slowLines takes its time over the line that says that a block is accepted.
type slowLines struct{ slog.Handler }

func (h slowLines) Enabled(context.Context, slog.Level) bool { return true }

func (h slowLines) Handle(_ context.Context, r slog.Record) error {
	if r.Message == "block accepted" {
		time.Sleep(5 * time.Second)
	}
	return nil
}

func (h slowLines) WithAttrs([]slog.Attr) slog.Handler { return h }

// Two workers that solve one job are no event: one of the blocks wins, and the other has one line, at debug.
func TestRivalOfOurOwnIsNoWarning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		chain := &deliverytest.Chain{}
		a, b := newCandidate(10, 1, "a"), newCandidate(10, 1, "b")
		r := start(t, withRival(chain, a, b), on(chain), func(s *setup) {
			s.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		})
		r.Take(a)
		synctest.Wait()
		r.Take(b)
		synctest.Wait()
		for height := int32(11); height < 120; height += 10 {
			chain.Set(10, height, a.BlockHash)
			r.tip()
		}
		r.stop()
		text := log.String()
		if n := strings.Count(text, "level=DEBUG"); n != 1 || strings.Contains(text, "level=WARN") || strings.Count(text, "block found\"") != 1 {
			t.Errorf("%d lines at debug, want one, no warning, and one block announced:\n%s", n, text)
		}
	})
}
