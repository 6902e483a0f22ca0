package dashboard

import (
	"math"
	"strconv"
	"strings"
	"time"

	"ltcsolo/solo/history"
)

// The plot's own units. The page stretches the plot; what must not be stretched is outside of it.
const (
	plotWidth  = 1000
	plotHeight = 200
)

// plot is the hash rate over a span, as SVG paths.
type plot struct {
	Line, Area    string // paths; empty without points
	Top           float64
	From          float64 // its beginning, in seconds before now
	Least, Most   float64
	Average       float64
	Hottest       float64 // °C; 0: not known
	Width, Height int
	Quarters      []int // of the height, for the grid
	SpanName      string
}

func newPlot(points []history.Point, s *history.Span, now time.Time) *plot {
	p := &plot{Width: plotWidth, Height: plotHeight, SpanName: s.Name}
	for i := 1; i < 4; i++ {
		p.Quarters = append(p.Quarters, i*plotHeight/4)
	}
	if len(points) == 0 {
		return p
	}
	p.Least = math.Inf(1)
	shown := 0.0 // seconds
	for _, q := range points {
		p.Least, p.Most, p.Hottest = min(p.Least, q.HashRate), max(p.Most, q.HashRate), max(p.Hottest, q.Hottest)
		long := q.To.Sub(q.From).Seconds()
		p.Average += q.HashRate * long
		shown += long
	}
	p.Average /= max(shown, 1e-9)
	p.Top = niceAbove(p.Most)
	first, last := points[0].From, points[len(points)-1]
	end := last.To
	if isGap(last, now) {
		end = now
	}
	p.From = now.Sub(first).Seconds()
	wide := max(end.Sub(first).Seconds(), 1e-9)
	x := func(at time.Time) float64 { return plotWidth * at.Sub(first).Seconds() / wide }
	y := func(rate float64) float64 { return plotHeight * (1 - rate/p.Top) }
	var line, area strings.Builder
	for i, q := range points {
		if i == 0 || isGap(points[i-1], q.From) {
			move(&line, 'M', x(q.From), y(q.HashRate))
			move(&area, 'M', x(q.From), plotHeight)
			move(&area, 'L', x(q.From), y(q.HashRate))
		}
		move(&line, 'L', x(q.To), y(q.HashRate))
		move(&area, 'L', x(q.To), y(q.HashRate))
		if i == len(points)-1 || isGap(q, points[i+1].From) {
			move(&area, 'L', x(q.To), plotHeight)
			area.WriteByte('Z')
		}
	}
	p.Line, p.Area = line.String(), area.String()
	return p
}

// isGap reports whether nothing was recorded between a point and a later time: the program, or the machine, was off. Some
// seconds are none, since points of snapshots do not follow one another exactly.
func isGap(p history.Point, next time.Time) bool {
	const exact = 10 * time.Second
	return next.Sub(p.To) > max(exact, p.To.Sub(p.From)/2)
}

func move(b *strings.Builder, command byte, x, y float64) {
	b.WriteByte(command)
	b.WriteString(strconv.FormatFloat(x, 'f', 1, 64))
	b.WriteByte(' ')
	b.WriteString(strconv.FormatFloat(y, 'f', 1, 64))
}

// niceAbove returns the least of 1, 2, 3, 4, 5, 6, 8 and 10 times a power of ten that leaves some room above v.
func niceAbove(v float64) float64 {
	if !(v > 0) || math.IsInf(v, 0) {
		return 1
	}
	v *= 1.05
	unit := math.Pow(10, math.Floor(math.Log10(v)))
	for _, k := range []float64{1, 2, 3, 4, 5, 6, 8} {
		if k*unit >= v {
			return k * unit
		}
	}
	return 10 * unit
}
