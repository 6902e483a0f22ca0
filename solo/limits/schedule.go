package limits

import (
	"fmt"
	"strings"
	"time"
)

// Hours are the times of day at which mining is allowed: windows of local wall-clock time. A window that does not end after
// it begins spans midnight.
type Hours []window

type window struct{ from, to int } // minutes after midnight, from inclusive; from 0 to 1440

const (
	dayMinutes = 24 * 60
	minuteForm = "15:04"
)

// ParseHours parses "22:00-07:00", or several windows with commas between. 24:00 is the end of a day.
func ParseHours(text string) (Hours, error) {
	var h Hours
	for part := range strings.SplitSeq(text, ",") {
		from, to, ok := strings.Cut(strings.TrimSpace(part), "-")
		if !ok {
			return nil, fmt.Errorf("%.20q has no hyphen between two times", part)
		}
		var w window
		var err error
		if w.from, err = minutes(from); err != nil {
			return nil, err
		}
		if w.to, err = minutes(to); err != nil {
			return nil, err
		}
		if w.from == w.to {
			return nil, fmt.Errorf("%.20q begins and ends at the same time; for a whole day say 00:00-24:00", part)
		}
		h = append(h, w)
	}
	return h, nil
}

func minutes(text string) (int, error) {
	text = strings.TrimSpace(text)
	if text == "24:00" {
		return dayMinutes, nil
	}
	t, err := time.Parse(minuteForm, text)
	if err != nil {
		return 0, fmt.Errorf("%.20q is not a time of day such as 07:00", text)
	}
	return t.Hour()*60 + t.Minute(), nil
}

// open reports whether mining is allowed at a minute of the day.
func (h Hours) open(minute int) bool {
	for _, w := range h {
		inside := w.from <= minute && minute < w.to
		if w.to < w.from { // spans midnight
			inside = minute >= w.from || minute < w.to
		}
		if inside {
			return true
		}
	}
	return false
}

// next returns the first minute of the day after the given one at which mining is allowed.
func (h Hours) next(minute int) int {
	for i := 1; i < dayMinutes; i++ {
		if m := (minute + i) % dayMinutes; h.open(m) {
			return m
		}
	}
	return minute
}

// Schedule pauses outside of hours. It goes by the wall clock of now's location, so daylight saving time shifts nothing.
func Schedule(setting string, h Hours) Rule {
	return Rule{Name: "schedule", Setting: setting, Check: func(now time.Time) (string, error) {
		minute := now.Hour()*60 + now.Minute()
		if h.open(minute) {
			return "", nil
		}
		next := h.next(minute)
		return fmt.Sprintf("outside of the scheduled hours until %02d:%02d", next/60, next%60), nil
	}}
}
