package history

import "time"

// sampleEvery is the time between two snapshots.
const sampleEvery = 5 * time.Second

// Span is a time up to now that can be asked for.
type Span struct {
	Name   string // hour, day, month or year
	Title  string // for people
	Length time.Duration
	Every  time.Duration // between its points
	Plot   time.Duration // between its points where few are wanted, as in a plot

	level *level // nil: the points of this run; those of earlier ones are a minute apart
}

// Spans are those that can be asked for, the shortest first.
var Spans = []Span{
	{Name: "hour", Title: "hour", Length: time.Hour, Every: sampleEvery, Plot: sampleEvery},
	{Name: "day", Title: "day", Length: 24 * time.Hour, Every: time.Minute, Plot: 5 * time.Minute, level: &levels[0]},
	{Name: "month", Title: "30 days", Length: 30 * 24 * time.Hour, Every: 10 * time.Minute, Plot: 2 * time.Hour, level: &levels[1]},
	{Name: "year", Title: "year", Length: 365 * 24 * time.Hour, Every: time.Hour, Plot: 24 * time.Hour, level: &levels[2]},
}

// SpanNamed returns the span of that name.
func SpanNamed(name string) (s *Span, ok bool) {
	for i := range Spans {
		if Spans[i].Name == name {
			return &Spans[i], true
		}
	}
	return nil, false
}

// rows returns the level from whose rows the points are made.
func (s *Span) rows() *level {
	if s.level == nil {
		return &levels[0]
	}
	return s.level
}

// level is a resolution in which rows are kept. Each but the first is made of the rows of the one before.
type level struct {
	name    string // begins those of its files
	index   int    // in levels
	every   time.Duration
	rows    int // kept in memory
	perFile int // rows
	files   int // kept on disk, the one that grows among them
}

// With all but the newest file full, the files of a level have the rows of its span.
var levels = [...]level{
	{"minutes", 0, time.Minute, 24 * 60, 12 * 60, 3},
	{"ten-minutes", 1, 10 * time.Minute, 30 * 24 * 6, 5 * 24 * 6, 7},
	{"hours", 2, time.Hour, 365 * 24, 30 * 24, 14},
}

// maxFile bounds a file of rows in bytes; with 64 workers whose names have a dozen letters, a full one is about as large. All
// files together have at most 64 MiB: 24 of rows, the events, and what was set aside.
const maxFile = 9 << 18
