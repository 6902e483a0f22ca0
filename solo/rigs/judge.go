package rigs

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"ltcsolo/solo"
)

// When something is said about a machine.
const (
	coolerBy     = 3               // °C below the limit at which a hot machine is well again
	fanHeat      = 60              // °C of a machine whose fans must turn
	fanReadings  = 2               // a fan's sensor may miss one
	boardMissing = 5 * time.Minute // boards start one after the other
	remembered   = time.Hour       // what was seen of a worker that has left
	fresh        = 3 * askEvery    // older answers are not judged
)

// judge finds what the owners of machines should look after. It remembers what it has seen of each worker. It is safe for
// concurrent use.
type judge struct {
	maxTemp float64

	mu   sync.Mutex
	seen map[string]*memory // by worker
}

// memory is what was seen of a worker.
type memory struct {
	address string    // of its machines: with others, all begins anew
	last    time.Time // of the answer that was looked at last
	hot     bool
	turned  []bool // fans that have turned in this run
	still   int    // answers in a row with a fan that stands still
	board   time.Time
	errors  errorCount
	rates   gap
	there   time.Time // when the worker was there last
}

func newJudge(maxTemp float64) *judge {
	return &judge{maxTemp: maxTemp, seen: make(map[string]*memory)}
}

// look returns what is to be said about the workers now.
func (j *judge) look(workers []solo.Worker, searching bool, now time.Time) (all []solo.Alert) {
	j.mu.Lock()
	defer j.mu.Unlock()
	users := make(map[string]int) // of an address
	for i := range workers {
		if workers[i].Sessions > 0 {
			for _, a := range workers[i].Addresses {
				users[a]++
			}
		}
	}
	for i := range workers {
		w := &workers[i]
		if w.Rig == nil || w.Kind == solo.KindCPU {
			continue
		}
		m := j.seen[w.Name]
		if m == nil || m.address != w.Rig.Address {
			m = &memory{address: w.Rig.Address}
			j.seen[w.Name] = m
		}
		m.there = now
		if w.Rig.When.IsZero() || now.Sub(w.Rig.When) > fresh {
			continue
		}
		alone := !slices.ContainsFunc(w.Addresses, func(a string) bool { return users[a] > 1 })
		for _, a := range m.look(w, j.maxTemp, searching, alone) {
			a.Worker = w.Name
			all = append(all, a)
		}
	}
	maps.DeleteFunc(j.seen, func(_ string, m *memory) bool { return now.Sub(m.there) > remembered })
	return all
}

// look takes in the newest answer and returns what is to be said. alone says that no other worker has the machines.
func (m *memory) look(w *solo.Worker, maxTemp float64, searching, alone bool) (all []solo.Alert) {
	r := w.Rig
	news := r.When.After(m.last)
	if r.Fault != "" { // one of several does not answer, and is not in what they count
		m.errors, news = errorCount{}, false
	}
	if news {
		m.errors.add(r.HardwareErrors, m.last, r.When)
		m.rates.add(w, searching, m.last)
		m.last = r.When
	}
	add := func(a solo.Alert, ok bool) {
		if ok {
			all = append(all, a)
		}
	}
	add(m.lookHot(r, maxTemp))
	add(m.lookFan(r, news))
	add(m.lookBoard(r))
	add(m.errors.look())
	if alone && w.Kind != solo.KindRig {
		add(m.rates.look())
	}
	return all
}

func (m *memory) lookHot(r *solo.Rig, maxTemp float64) (solo.Alert, bool) {
	limit := maxTemp
	if m.hot {
		limit -= coolerBy
	}
	if m.hot = r.Hottest() > limit; !m.hot {
		return solo.Alert{}, false
	}
	return solo.Alert{
		Key:    solo.AlertRigHot,
		Text:   fmt.Sprintf("%.0f °C, by its own sensors; the limit is %.0f °C", r.Hottest(), maxTemp),
		Remedy: "look at its fans, its filter and the air around it, and have it hash slower until then; --rig-max-temp sets the limit",
	}, true
}

// lookFan finds a fan that stands still while the machine is hot. Fans of which none has ever turned are not there: the
// machine is cooled by a liquid, or has no sensor.
func (m *memory) lookFan(r *solo.Rig, news bool) (solo.Alert, bool) {
	var still []string
	turning := slices.ContainsFunc(r.Fans, func(rpm int) bool { return rpm > 0 })
	for i, rpm := range r.Fans {
		if i >= len(m.turned) {
			m.turned = append(m.turned, false)
		}
		m.turned[i] = m.turned[i] || rpm > 0
		if rpm == 0 && (turning || m.turned[i]) {
			still = append(still, strconv.Itoa(i+1))
		}
	}
	switch {
	case len(still) == 0 || r.Hottest() < fanHeat:
		m.still = 0
	case news:
		m.still++
	}
	if m.still < fanReadings {
		return solo.Alert{}, false
	}
	text := "fan " + still[0] + " stands still"
	if len(still) > 1 {
		text = "fans " + strings.Join(still, ", ") + " stand still"
	}
	return solo.Alert{
		Key:    solo.AlertRigFan,
		Text:   fmt.Sprintf("%s at %.0f °C", text, r.Hottest()),
		Remedy: "switch the miner off, clean the fan or replace it, and look at its plug",
	}, true
}

// lookBoard finds a board that does not hash while others do. A machine that does not hash at all rests, or starts.
func (m *memory) lookBoard(r *solo.Rig) (solo.Alert, bool) {
	switch {
	case r.MissingBoards == 0 || r.Boards == 0:
		m.board = time.Time{}
	case m.board.IsZero():
		m.board = r.When
	}
	if m.board.IsZero() || r.When.Sub(m.board) < boardMissing {
		return solo.Alert{}, false
	}
	return solo.Alert{
		Key:    solo.AlertRigBoard,
		Text:   fmt.Sprintf("%d of %d boards do not hash", r.MissingBoards, r.Boards+r.MissingBoards),
		Remedy: "restart the miner; if that does not help, look at the plugs of its boards and at its own log",
	}, true
}
