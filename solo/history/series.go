package history

import (
	"cmp"
	"slices"
	"time"
	"unique"

	"ltcsolo/solo"
)

// Point is the averages of an interval, over the time in which the program ran.
type Point struct {
	From, To time.Time
	HashRate float64 // H/s
	Hottest  float64 // highest temperature in °C, of the CPU or of the worker; 0: not known
}

// pointDigits are the digits of a point's values that mean something.
const pointDigits = 6

// series is the rows of each level in memory, and the newest points.
type series struct {
	rows    [len(levels)][]row // in the order in which they were recorded
	open    [len(levels)]sum   // the interval that is not over yet; samples is 0 before its first row
	newest  []Point            // of the last hour in this run, one a snapshot
	sampled time.Time          // when the last snapshot was taken; zero before the first
}

// take records a snapshot. The rows of intervals that are now over are returned by level.
func (s *series) take(st *solo.Stats, now time.Time) (ended [len(levels)][]row) {
	now = now.Round(0) // by the wall clock, which goes on while the machine is suspended
	r := newRow(st, now)
	from := s.sampled
	if passed := now.Sub(from); from.IsZero() || passed <= 0 || passed > 2*sampleEvery {
		from = now.Add(-sampleEvery)
	}
	s.sampled = now
	s.newest = append(s.newest, Point{from, now, rounded(float64(r.rate), pointDigits), rounded(float64(r.hottest), pointDigits)})
	if n := len(s.newest) - int(time.Hour/sampleEvery); n > 0 {
		s.newest = slices.Delete(s.newest, 0, n)
	}
	s.feed(0, &r, &ended)
	return ended
}

// feed adds a row to the open interval of a level. If it is of another one, that one is over and goes to the next level.
func (s *series) feed(l int, r *row, ended *[len(levels)][]row) {
	open := &s.open[l]
	if at := startOf(r.at, levels[l].every); open.at != at {
		s.end(l, ended)
		open.at = at
	}
	open.add(r)
}

// end ends the open interval of a level, if it has a row.
func (s *series) end(l int, ended *[len(levels)][]row) {
	if s.open[l].samples == 0 {
		return
	}
	r := s.open[l].row()
	s.open[l] = sum{}
	s.keep(l, r)
	ended[l] = append(ended[l], r)
	if l+1 < len(levels) {
		s.feed(l+1, &r, ended)
	}
}

// keep adds a row to those in memory.
func (s *series) keep(l int, r row) {
	s.rows[l] = append(s.rows[l], r)
	if n := len(s.rows[l]) - levels[l].rows; n > 0 {
		s.rows[l] = slices.Delete(s.rows[l], 0, n)
	}
}

// resume takes the rows of earlier runs, oldest first. Fine ones of which no coarse row was made, since the run ended first,
// become coarse ones now; those of which the interval is over are returned.
func (s *series) resume(earlier [len(levels)][]row, now time.Time) (ended [len(levels)][]row) {
	for l, rows := range earlier {
		s.rows[l] = rows[max(0, len(rows)-levels[l].rows):]
	}
	for l := len(levels) - 1; l > 0; l-- { // the coarsest first: what is fed to another one goes on to it
		after := int64(0)
		if coarse := s.rows[l]; len(coarse) > 0 {
			after = coarse[len(coarse)-1].at + int64(levels[l].every/time.Second)
		}
		var left []row
		for _, r := range s.rows[l-1] {
			if r.at >= after && r.at <= now.Unix() {
				left = append(left, r)
			}
		}
		slices.SortStableFunc(left, func(a, b row) int { return cmp.Compare(a.at, b.at) })
		for i := range left {
			s.feed(l, &left[i], &ended)
		}
	}
	return ended
}

// over returns the points of a span up to now, oldest first, each of at least the length every. worker names one; the
// empty name stands for all together. Where nothing was recorded there is no point.
func (s *series) over(span *Span, worker string, every time.Duration, now time.Time) []Point {
	since, until := now.Add(-span.Length), now
	if span.level != nil || worker != "" {
		return s.averages(span.rows(), worker, every, since, until)
	}
	var newest []Point
	for _, p := range s.newest {
		if p.From.Before(since) || p.To.After(now) {
			continue
		}
		newest = append(newest, p)
		if p.From.Before(until) {
			until = p.From
		}
	}
	slices.SortStableFunc(newest, func(a, b Point) int { return a.From.Compare(b.From) })
	minutes := span.rows()
	if len(newest) > 0 { // the minute in which the first of them began has them too
		until = time.Unix(startOf(until.Unix(), minutes.every), 0)
	}
	return append(s.averages(minutes, "", every, since, until), newest...)
}

// averages returns points of a level's rows that begin between two times.
func (s *series) averages(l *level, worker string, every time.Duration, since, until time.Time) (points []Point) {
	every = max(every, l.every)
	if whole := time.Unix(startOf(since.Unix(), every), 0); whole.Before(since) { // the first one would be a part
		since = whole.Add(every)
	}
	var bin sum
	end := func() {
		if bin.samples > 0 {
			p := Point{From: time.Unix(bin.at, 0), HashRate: rounded(bin.rate/float64(bin.samples), pointDigits), Hottest: rounded(float64(bin.hottest), pointDigits)}
			if p.To = p.From.Add(every); p.To.After(until) {
				p.To = until
			}
			points = append(points, p)
		}
		bin = sum{}
	}
	who, known := unique.Make(worker), worker == ""
	for _, r := range s.between(l, since, until) {
		one := row{samples: r.samples, rate: r.rate, hottest: r.hottest}
		if worker != "" {
			w, ok := r.of(who)
			if known = known || ok; !known { // it comes later
				continue
			}
			one.rate, one.hottest = w.rate, w.hottest
		}
		if at := startOf(r.at, every); bin.at != at {
			end()
			bin.at = at
		}
		bin.add(&one)
	}
	end()
	return points
}

// between returns the rows of a level that begin between two times, the oldest first. Of a coarse level there is one of the
// interval that is not over, as far as it is known.
func (s *series) between(l *level, since, until time.Time) (rows []row) {
	all := s.rows[l.index]
	if open := &s.open[l.index]; l.index > 0 && open.samples > 0 {
		all = append(slices.Clip(all), open.row())
	}
	for _, r := range all {
		if at := time.Unix(r.at, 0); !at.Before(since) && at.Before(until) {
			rows = append(rows, r)
		}
	}
	slices.SortStableFunc(rows, func(a, b row) int { return cmp.Compare(a.at, b.at) })
	return rows
}

// workers returns the names of the workers in a span, sorted.
func (s *series) workers(span *Span, now time.Time) (names []string) {
	seen := map[name]bool{others: true}
	for _, r := range s.between(span.rows(), now.Add(-span.Length), now) {
		for _, w := range r.workers {
			if !seen[w.name] {
				seen[w.name] = true
				names = append(names, w.name.Value())
			}
		}
	}
	slices.Sort(names)
	return names
}

// startOf returns when the interval began that holds a time, in Unix seconds.
func startOf(at int64, every time.Duration) int64 {
	return at - at%int64(every/time.Second)
}
