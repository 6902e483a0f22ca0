package dashboard

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// The plot's own units. The page stretches the plot; what must not be stretched is outside of it.
const (
	plotWidth  = 1000
	plotHeight = 200
)

// plot is the hash rate over a span, as SVG paths.
type plot struct {
	Line, Area    string // paths; empty with fewer than two points
	Top           float64
	From          float64 // its beginning, in seconds before now
	Least, Most   float64
	Average       float64
	Width, Height int
	Quarters      []int // of the height, for the grid
	SpanName      string
}

func newPlot(points []point, s *span, now time.Time) *plot {
	p := &plot{Width: plotWidth, Height: plotHeight, SpanName: s.Name}
	for i := 1; i < 4; i++ {
		p.Quarters = append(p.Quarters, i*plotHeight/4)
	}
	if len(points) < 2 {
		return p
	}
	p.Least = math.Inf(1)
	for _, q := range points {
		p.Least, p.Most = min(p.Least, q.rate), max(p.Most, q.rate)
		p.Average += q.rate / float64(len(points))
	}
	p.Top = niceAbove(p.Most)
	first, last := points[0].at, points[len(points)-1].at
	p.From = now.Sub(first).Seconds()
	wide := max(last.Sub(first).Seconds(), 1e-9)
	x := func(at time.Time) float64 { return plotWidth * at.Sub(first).Seconds() / wide }
	y := func(rate float64) float64 { return plotHeight * (1 - rate/p.Top) }
	var b strings.Builder
	// A gap, such as from a suspended machine, is drawn as a step, not as a slope.
	gap := 3 * s.every
	for i, q := range points {
		switch {
		case i == 0:
			move(&b, 'M', x(q.at), y(q.rate))
		case q.at.Sub(points[i-1].at) > gap:
			move(&b, 'L', x(points[i-1].at), y(q.rate))
			move(&b, 'L', x(q.at), y(q.rate))
		default:
			move(&b, 'L', x(q.at), y(q.rate))
		}
	}
	p.Line = b.String()
	move(&b, 'L', plotWidth, plotHeight)
	move(&b, 'L', 0, plotHeight)
	p.Area = b.String() + "Z"
	return p
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
