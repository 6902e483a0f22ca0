package solo

import (
	"strconv"
	"testing"
	"time"

	"ltcsolo/template"
)

// table is a job table with a clock of its own.
type table struct {
	*jobs
	clock time.Time
	made  int
}

func newTable() *table {
	t := &table{clock: time.Unix(1_800_000_000, 0)}
	t.jobs = newJobs(func() time.Time { return t.clock })
	return t
}

// put adds a job on a tip that is named by one byte, with these transactions and an extension block of that size.
func (t *table) put(tip byte, mweb int, txs ...*template.Transaction) string {
	t.made++
	id := string(rune('a' + t.made))
	t.add(&template.Job{ID: id, Template: &template.Template{PreviousBlock: template.Hash{tip}, Transactions: txs, MWEB: make([]byte, mweb)}})
	return id
}

func (t *table) want(tb testing.TB, id string, known, stale bool) {
	tb.Helper()
	e, s := t.find(id)
	if (e != nil) != known || s != stale {
		tb.Errorf("job %s: known %v, stale %v; want %v, %v", id, e != nil, s, known, stale)
	}
}

func TestJobsAreKnownByAge(t *testing.T) {
	tab := newTable()
	first := tab.put(1, 0)
	for range 100 { // however many follow on the same tip, and however late
		tab.clock = tab.clock.Add(time.Minute)
		tab.put(1, 0)
	}
	tab.want(t, first, true, false)
	left := tab.put(2, 0)
	for range 20 {
		tab.clock = tab.clock.Add(keepJob / 20)
		tab.put(byte(tab.made), 0)
	}
	tab.want(t, first, true, true)
	tab.want(t, left, true, true)
	tab.clock = tab.clock.Add(time.Second)
	last := tab.put(1, 0) // the first tip is back: its jobs that are still known are not stale
	tab.want(t, last, true, false)
	tab.want(t, first, true, false)
	tab.put(2, 0)
	tab.clock = tab.clock.Add(keepJob + time.Second)
	tab.put(3, 0)
	tab.want(t, first, false, false)
	tab.want(t, last, false, false)
	if n := len(tab.known); n != 3 || len(tab.byID) != n {
		t.Errorf("%d and %d jobs are known, want those of tips 2 and 3", n, len(tab.byID))
	}
}

// A main tip that stands for hours, with other aux blocks each minute: the jobs that were replaced long ago make room.
func TestJobsWithOtherAuxBlocksAreBounded(t *testing.T) {
	const size = 1 << 20
	data := make([]byte, size)
	tab := newTable()
	put := func() string {
		tab.made++
		tx := &template.Transaction{Data: data}
		j := &template.Job{ID: strconv.Itoa(tab.made), Template: &template.Template{PreviousBlock: template.Hash{1}}}
		j.Aux = []*template.Aux{{Template: &template.Template{Transactions: []*template.Transaction{tx}}}}
		tab.add(j)
		return j.ID
	}
	first := put()
	last := first
	for range 3 * maxAuxJobs / size {
		tab.clock = tab.clock.Add(time.Minute)
		last = put()
	}
	tab.want(t, first, false, false)
	tab.want(t, last, true, false)
	tab.want(t, strconv.Itoa(tab.made-10), true, false)
	if tab.bytes > maxAuxJobs+size || tab.bytes < maxAuxJobs-size {
		t.Errorf("%d bytes, want about %d", tab.bytes, maxAuxJobs)
	}
	// One each second is more than ten minutes of them allow: then there are no more such jobs.
	for range maxAuxJobs / size {
		if !tab.takesAux() {
			break
		}
		tab.clock = tab.clock.Add(time.Second)
		put()
	}
	if tab.takesAux() {
		t.Errorf("there is room for more aux blocks, with %d bytes", tab.bytes)
	}
	tab.want(t, last, true, false)
	if tab.full() {
		t.Error("there is no room for the main chain's jobs")
	}
}

func TestJobsCountWhatTheyShareOnce(t *testing.T) {
	tab := newTable()
	tx := func(size int) *template.Transaction { return &template.Transaction{Data: make([]byte, size)} }
	a, b, c := tx(1000), tx(2000), tx(4000)
	tab.put(1, 0, a, b)
	tab.put(1, 10, a, b, c)
	if want := 2*jobOverhead + 5*8 + 7000 + 10; tab.bytes != want {
		t.Errorf("%d bytes, want %d", tab.bytes, want)
	}
	tab.put(2, 0, c)
	tab.clock = tab.clock.Add(keepJob + time.Second)
	tab.put(2, 0, c)
	if want := 2*jobOverhead + 2*8 + 4000; tab.bytes != want || len(tab.held) != 1 {
		t.Errorf("%d bytes, %d transactions, want %d and 1", tab.bytes, len(tab.held), want)
	}
}

func TestJobsAreBounded(t *testing.T) {
	tab := newTable()
	first := tab.put(1, maxJobs/2)
	if tab.full() {
		t.Fatal("full at half of the bound")
	}
	tab.put(1, maxJobs/2)
	if !tab.full() {
		t.Fatal("not full at the bound")
	}
	second := tab.put(2, maxJobs/2)
	for tip := range byte(2) {
		tab.clock = tab.clock.Add(time.Second)
		tab.put(3+tip, maxJobs/2)
	}
	tab.want(t, first, false, false) // left first, and 640 MB are too much
	tab.want(t, second, true, true)
	if tab.bytes > maxLeftJobs {
		t.Errorf("%d bytes, want at most %d", tab.bytes, maxLeftJobs)
	}
	tab.put(6, maxLeftJobs+1) // the newest job is kept, whatever its size
	if len(tab.known) != 1 {
		t.Errorf("%d jobs, want the newest alone", len(tab.known))
	}
}
