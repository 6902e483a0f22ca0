package history

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unique"

	"ltcsolo/solo"
)

const (
	maxWorkers = 64 // of a row: those of the highest hash rate; what is left is added up
	maxName    = 64 // characters of a worker's name
)

// name is the name of a worker. The empty one stands for the workers that have no place in a row, all together.
type name = unique.Handle[string]

var others = unique.Make("")

// row is the averages of an interval, of which there may be several rows.
type row struct {
	at      int64 // when the interval began, in Unix seconds
	samples int   // that were averaged
	rate    float32
	hottest float32 // sensor of the CPU, in °C; 0: none
	workers []sample
}

// sample is a worker's part of a row.
type sample struct {
	name    name
	rate    float32 // H/s
	hottest float32 // part of the miner, in °C; 0: not known
}

// newRow returns the row of one snapshot.
func newRow(s *solo.Stats, now time.Time) row {
	r := row{at: now.Unix(), samples: 1, rate: finite(s.Search.HashRate), hottest: finite(s.Search.Temperature)}
	for i := range s.Workers {
		w := &s.Workers[i]
		rate, _ := w.Rate()
		one := sample{name: unique.Make(shortName(w.Name)), rate: finite(rate)}
		if w.Rig != nil {
			one.hottest = finite(w.Rig.Hottest())
		}
		if one.rate > 0 || w.Sessions > 0 || one.hottest > 0 {
			r.workers = append(r.workers, one)
		}
	}
	return r
}

// finite returns v, or 0 if it is no number that can be averaged.
func finite(v float64) float32 {
	if !(v > 0) || v > maxValue {
		return 0
	}
	return float32(v)
}

// of returns a worker's part, if it has one.
func (r *row) of(who name) (w sample, ok bool) {
	i := slices.IndexFunc(r.workers, func(w sample) bool { return w.name == who })
	if i < 0 {
		return sample{}, false
	}
	return r.workers[i], true
}

// shortName makes a worker's name harmless and at most maxName characters long.
func shortName(text string) string {
	n := 0
	return strings.Map(func(c rune) rune {
		if n++; n > maxName || unicode.In(c, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
			return -1
		}
		return c
	}, strings.ToValidUTF8(text, "?"))
}

// line is a row on disk.
type line struct {
	At      int64        `json:"t"` // when the interval began, in Unix seconds
	Samples int          `json:"n"` // snapshots that were averaged
	Rate    float32      `json:"rate"`
	Hottest float32      `json:"temp,omitempty"`
	Workers []lineWorker `json:"workers,omitempty"`
}

type lineWorker struct {
	Name    string  `json:"name"`
	Rate    float32 `json:"rate"`
	Hottest float32 `json:"temp,omitempty"`
}

// encode returns the row's line.
func (r *row) encode() []byte {
	l := line{At: r.at, Samples: r.samples, Rate: short(r.rate), Hottest: short(r.hottest)}
	for _, w := range r.workers {
		l.Workers = append(l.Workers, lineWorker{w.name.Value(), short(w.rate), short(w.hottest)})
	}
	text, err := json.Marshal(l)
	if err != nil {
		panic(err) // all numbers are finite
	}
	return append(text, '\n')
}

// short rounds v to what is worth the room on disk.
func short(v float32) float32 { return float32(rounded(float64(v), 4)) }

// rounded rounds v to some digits.
func rounded(v float64, digits int) float64 {
	text := strconv.FormatFloat(v, 'e', digits-1, 64)
	v, _ = strconv.ParseFloat(text, 64) // it was formatted just now
	return v
}

var errLine = errors.New("it has values that no row has")

// decode reads the line of a row.
func decode(text []byte) (row, error) {
	var l line
	if err := json.Unmarshal(text, &l); err != nil {
		return row{}, err
	}
	r := row{at: l.At, samples: l.Samples, rate: l.Rate, hottest: l.Hottest}
	if l.At <= 0 || l.At >= maxUnix || l.Samples <= 0 || l.Samples > maxSamples || !usable(l.Rate) || len(l.Workers) > maxWorkers+1 {
		return row{}, errLine
	}
	for _, w := range l.Workers {
		if !usable(w.Rate) {
			return row{}, errLine
		}
		r.workers = append(r.workers, sample{unique.Make(shortName(w.Name)), w.Rate, w.Hottest})
	}
	return r, nil
}

const (
	maxUnix    = 1 << 40 // a time that this program will not see
	maxSamples = 1 << 20 // more than an hour has
	maxValue   = 1e30    // H/s or °C; sums of more would be no number any more
	newline    = byte('\n')
)

func usable(v float32) bool { return v >= 0 && v <= maxValue }

// lines calls each for the lines of a file that are not empty. torn says that the last one has no end, so that it may be
// only a part of one.
func lines(text []byte, each func(line []byte)) (torn bool) {
	for l := range bytes.Lines(text) {
		if torn = l[len(l)-1] != newline; len(bytes.TrimSpace(l)) > 0 {
			each(l)
		}
	}
	return torn
}

// sum adds up rows of one interval.
type sum struct {
	at      int64
	samples int
	rate    float64 // times samples
	hottest float32
	workers map[name]*workerSum
}

type workerSum struct {
	rate    float64 // times samples
	hottest float32
}

func (s *sum) add(r *row) {
	weight := float64(r.samples)
	s.samples += r.samples
	s.rate += weight * float64(r.rate)
	s.hottest = max(s.hottest, r.hottest)
	if s.workers == nil {
		s.workers = make(map[name]*workerSum)
	}
	for _, w := range r.workers {
		one := s.workers[w.name]
		if one == nil {
			one = new(workerSum)
			s.workers[w.name] = one
		}
		one.rate += weight * float64(w.rate)
		one.hottest = max(one.hottest, w.hottest)
	}
}

// row returns the averages. A worker that was not there all the time counts as 0 for the rest.
func (s *sum) row() row {
	n := float64(s.samples)
	r := row{at: s.at, samples: s.samples, rate: float32(s.rate / n), hottest: s.hottest}
	for name, w := range s.workers {
		if name != others {
			r.workers = append(r.workers, sample{name, float32(w.rate / n), w.hottest})
		}
	}
	slices.SortFunc(r.workers, func(a, b sample) int {
		return cmp.Or(cmp.Compare(b.rate, a.rate), strings.Compare(a.name.Value(), b.name.Value()))
	})
	var rest sample
	if o := s.workers[others]; o != nil {
		rest = sample{others, float32(o.rate / n), o.hottest}
	}
	for len(r.workers) > maxWorkers {
		last := r.workers[len(r.workers)-1]
		r.workers = r.workers[:len(r.workers)-1]
		rest = sample{others, rest.rate + last.rate, max(rest.hottest, last.hottest)}
	}
	if rest.rate > 0 {
		r.workers = append(r.workers, rest)
	}
	r.workers = slices.Clip(r.workers)
	return r
}
