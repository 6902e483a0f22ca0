package limits_test

import (
	"errors"
	"testing"
	"time"

	"ltcsolo/solo/limits"
)

func TestSchedule(t *testing.T) {
	for _, tt := range []struct{ hours, at, want string }{
		{"22:00-07:00", "21:59", "outside of the scheduled hours until 22:00"},
		{"22:00-07:00", "22:00", ""},
		{"22:00-07:00", "00:00", ""},
		{"22:00-07:00", "06:59", ""},
		{"22:00-07:00", "07:00", "outside of the scheduled hours until 22:00"},
		{"09:00-12:00, 13:30-17:00", "12:15", "outside of the scheduled hours until 13:30"},
		{"09:00-12:00,13:30-17:00", "16:59", ""},
		{"09:00-12:00,13:30-17:00", "17:00", "outside of the scheduled hours until 09:00"},
		{"20:00-24:00", "23:59", ""},
		{"20:00-24:00", "00:00", "outside of the scheduled hours until 20:00"},
		{"00:00-24:00", "12:00", ""},
	} {
		h, err := limits.ParseHours(tt.hours)
		if err != nil {
			t.Errorf("ParseHours(%q) = %v", tt.hours, err)
			continue
		}
		at, err := time.ParseInLocation("2006-01-02 15:04", "2026-11-24 "+tt.at, time.Local)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := limits.Schedule(tt.hours, h).Check(at); got != tt.want || err != nil {
			t.Errorf("Schedule(%q) at %s = %q, %v, want %q", tt.hours, tt.at, got, err, tt.want)
		}
	}
	for _, bad := range []string{"", "22:00", "22-7", "25:00-07:00", "22:00-07:60", "08:00-08:00", "22:00-07:00,", "a-b", "07:00-24:01"} {
		if _, err := limits.ParseHours(bad); err == nil {
			t.Errorf("ParseHours(%q) accepts it", bad)
		}
	}
}

func TestMaxTempCoolsDownFirst(t *testing.T) {
	celsius, fails := 70.0, error(nil)
	r := limits.MaxTemp("80", 80, func() (float64, error) { return celsius, fails })
	for _, step := range []struct {
		celsius float64
		want    string
	}{{70, ""}, {80, ""}, {80.4, "80 °C, resumes at 75 °C"}, {76, "76 °C, resumes at 75 °C"}, {75, ""}, {79, ""}, {95, "95 °C, resumes at 75 °C"}} {
		celsius = step.celsius
		if got, err := r.Check(time.Now()); got != step.want || err != nil {
			t.Errorf("at %v °C: %q, %v, want %q", step.celsius, got, err, step.want)
		}
	}
	fails = errors.New("gone")
	if _, err := r.Check(time.Now()); err == nil {
		t.Error("a sensor that fails gives no error")
	}
}

func TestMaxLoadCountsOthersOnly(t *testing.T) {
	var u limits.Usage
	r := limits.MaxLoad("1", 1, func() (limits.Usage, error) { return u, nil })
	now := time.Unix(0, 0)
	step := func(others, own float64) string {
		t.Helper()
		const every = 2 * time.Second
		now = now.Add(every)
		u.Own += time.Duration(own * float64(every))
		u.All += time.Duration((own + others) * float64(every))
		why, err := r.Check(now)
		if err != nil {
			t.Fatal(err)
		}
		return why
	}
	for i := range 20 {
		if why := step(0.5, 2); why != "" {
			t.Fatalf("check %d: %q, with half a processor of other work beside two of ours", i, why)
		}
	}
	if why := step(3, 2); why != "" { // 2 s of 3, 8 s of 0.5: 1.0
		t.Errorf("one busy moment pauses mining: %q", why)
	}
	if why := step(3, 0); why == "" {
		t.Error("three busy processors of other programs do not pause mining")
	}
	held := 0
	for step(0.5, 0) != "" {
		if held++; held > 10 {
			t.Fatal("mining does not resume")
		}
	}
	if held < 2 {
		t.Errorf("mining resumed after %d checks, too soon after the other work ended", held)
	}
	now = now.Add(-time.Hour) // the clock is set back
	if why := step(0, 1); why != "" {
		t.Errorf("a clock that was set back pauses mining: %q", why)
	}
}

// The machine's counters include the processor time that this test uses.
func TestReadUsage(t *testing.T) {
	before, err := limits.ReadUsage()
	if err != nil {
		t.Fatal(err)
	}
	var after limits.Usage
	for began := time.Now(); after.Own-before.Own < 50*time.Millisecond; { // uses processor time
		if after, err = limits.ReadUsage(); err != nil {
			t.Fatal(err)
		}
		if time.Since(began) > time.Minute {
			t.Fatalf("after a minute of work this process has spent %v", after.Own-before.Own)
		}
	}
	if spent := after.All - before.All; spent <= 0 {
		t.Errorf("the machine spent %v while this process spent %v", spent, after.Own-before.Own)
	}
}
