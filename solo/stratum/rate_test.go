package stratum

import (
	"math"
	"testing"
	"time"
)

// TestRateOfEvenShares: a share every second is worth 65536 H/s in every window, however young the worker is.
func TestRateOfEvenShares(t *testing.T) {
	h := newHistory(simStart)
	for s := 1; s <= 3*86400; s++ {
		now := simStart.Add(time.Duration(s) * time.Second)
		h.credit(now, 1)
		if s < 100 && s%7 != 0 || s > 100 && s%3599 != 0 {
			continue
		}
		for _, window := range append(rateWindows[:], 24*time.Hour) {
			rate, relative := h.rate(now, window)
			n := float64(min(s, int(window.Seconds())))
			if math.Abs(rate/65536-1) > 0.1 || n > 600 && math.Abs(rate/65536-1) > 0.01 {
				t.Errorf("after %d s, over %v: %v H/s", s, window, rate)
			}
			if math.Abs(relative*math.Sqrt(n)-1) > 0.06 {
				t.Errorf("after %d s, over %v: error %v of %v shares", s, window, relative, n)
			}
		}
	}
}

// TestRateOfASilentWorker: the windows empty one after the other.
func TestRateOfASilentWorker(t *testing.T) {
	h := newHistory(simStart)
	for s := range 3600 {
		h.credit(simStart.Add(time.Duration(s)*time.Second), 1)
	}
	end := simStart.Add(time.Hour)
	for _, tt := range []struct {
		silence time.Duration
		want    [3]float64 // of the windows, as parts of 65536 H/s
	}{
		{0, [3]float64{1, 1, 1}},
		{30 * time.Second, [3]float64{0.5, 29.0 / 30, 119.0 / 120}},
		{time.Minute, [3]float64{0, 14.0 / 15, 59.0 / 60}},
		{10 * time.Minute, [3]float64{0, 1.0 / 3, 5.0 / 6}},
		{15 * time.Minute, [3]float64{0, 0, 3.0 / 4}},
		{time.Hour, [3]float64{}},
		{100 * 24 * time.Hour, [3]float64{}},
	} {
		for i, window := range rateWindows {
			got, relative := h.rate(end.Add(tt.silence), window)
			if math.Abs(got/65536-tt.want[i]) > 0.1 {
				t.Errorf("after %v of silence, over %v: %v, want %v", tt.silence, window, got/65536, tt.want[i])
			}
			if (got == 0) != (relative == 0) {
				t.Errorf("rate %v with error %v", got, relative)
			}
		}
	}
}

// TestRateErrorOfUnequalShares: one large share among small ones makes the rate as uncertain as one share.
func TestRateErrorOfUnequalShares(t *testing.T) {
	h := newHistory(simStart)
	for range 1000 {
		h.credit(simStart, 1)
	}
	h.credit(simStart, 1e6)
	if _, relative := h.rate(simStart.Add(time.Minute), time.Hour); relative < 0.99 || relative > 1 {
		t.Errorf("error %v", relative)
	}
}

// TestRateAfterAGap: what a ring held before a long gap is not counted again.
func TestRateAfterAGap(t *testing.T) {
	for gap := time.Minute; gap < 100*24*time.Hour; gap = gap*3/2 + time.Second {
		h := newHistory(simStart)
		for range 100 {
			h.credit(simStart, 1)
		}
		now := simStart.Add(gap)
		h.credit(now, 1)
		for _, window := range append(rateWindows[:], 24*time.Hour) {
			got, covered := h.over(now, window)
			want := uint32(1)
			if covered >= gap {
				want = 101
			}
			if got.shares != want || covered > max(window, time.Second) || covered < min(gap, window-window/10) && window < 24*time.Hour {
				t.Errorf("after %v, over %v: %d shares in %v, want %d", gap, window, got.shares, covered, want)
			}
		}
	}
}

// TestRateClock: a clock that goes back loses nothing.
func TestRateClock(t *testing.T) {
	h := newHistory(simStart)
	h.credit(simStart.Add(time.Hour), 1)
	h.credit(simStart.Add(-time.Hour), 1)
	h.credit(simStart.Add(30*time.Minute), 1)
	if got, covered := h.over(simStart, time.Hour); got.shares != 3 || covered < 0 {
		t.Errorf("%d shares in %v", got.shares, covered)
	}
}
