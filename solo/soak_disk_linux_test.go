package solo_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"ltcsolo/solo/delivery"
	"ltcsolo/solo/journal"
	"ltcsolo/template"
)

// faultyDisk is a journal whose writes are slow, fail before anything was written, or say that they failed when all was.
type faultyDisk struct {
	*journal.Journal
	failing atomic.Bool
	faults  atomic.Int64

	mu     sync.Mutex
	random *rand.Rand
}

func (d *faultyDisk) write(do func() error) error {
	if !d.failing.Load() {
		return do()
	}
	d.mu.Lock()
	kind, wait := d.random.IntN(6), time.Duration(d.random.Int64N(int64(500*time.Millisecond)))
	d.mu.Unlock()
	if kind > 2 {
		return do()
	}
	d.faults.Add(1)
	var err error
	if kind != 0 {
		err = do()
	}
	if kind != 1 {
		time.Sleep(wait)
	}
	if kind != 2 {
		err = fmt.Errorf("write: %w", os.ErrDeadlineExceeded)
	}
	return err
}

func (d *faultyDisk) Append(c *delivery.Candidate) error {
	return d.write(func() error { return d.Journal.Append(c) })
}

func (d *faultyDisk) Settle(hash template.Hash, node string, v delivery.Verdict, at time.Time) error {
	return d.write(func() error { return d.Journal.Settle(hash, node, v, at) })
}

func (d *faultyDisk) Mark(hash template.Hash, s delivery.Standing) error {
	return d.write(func() error { return d.Journal.Mark(hash, s) })
}
