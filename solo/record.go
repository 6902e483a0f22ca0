package solo

import "time"

// writeMost is the longest pause before the journal is tried again: the disk may have room any moment.
const writeMost = 2 * time.Second

// enqueue lets the journal have what it does not have of f. The caller holds mu.
func (e *Engine) enqueue(f *found) {
	if !f.queued {
		f.queued = true
		e.unsaved = append(e.unsaved, f)
	}
	wake(e.toSave)
}

// wake is for channels of one place: who waits looks at everything that is new.
func wake(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// record brings blocks, verdicts and states into the journal until end is closed and all are there. It tries again for
// as long as the disk refuses, and gives up with the grace period.
func (e *Engine) record(end <-chan struct{}) {
	again := time.NewTimer(0)
	again.Stop()
	defer again.Stop()
	first := backoff{wait: e.cfg.RetryFirst, most: writeMost}
	pause, ending, alive := first, false, e.alive.Done()
	for {
		done := e.saveQueued()
		switch {
		case ending && (done || alive == nil):
			return
		case done:
			pause = first
			again.Stop()
		default:
			again.Reset(pause.next())
		}
		select {
		case <-e.toSave:
		case <-again.C:
		case <-end:
			end, ending = nil, true
		case <-alive:
			alive = nil
		}
	}
}

// saveQueued tries once to bring into the journal all that it does not have, and reports whether it has all.
func (e *Engine) saveQueued() bool {
	e.writing.Lock()
	defer e.writing.Unlock()
	var failed []*found
	for {
		e.mu.Lock()
		if len(e.unsaved) == 0 {
			e.unsaved = failed
			e.mu.Unlock()
			return len(failed) == 0
		}
		at := 0
		for i, f := range e.unsaved { // a block goes before what is known of others
			if !f.kept {
				at = i
				break
			}
		}
		f := e.unsaved[at]
		e.unsaved = append(e.unsaved[:at:at], e.unsaved[at+1:]...)
		e.mu.Unlock()
		saved := e.save(f)
		e.mu.Lock()
		if !saved && !f.queued {
			f.queued = true
			failed = append(failed, f)
		}
		e.mu.Unlock()
	}
}

// save writes what the journal does not have of f, and reports whether it then has all. The caller holds writing.
func (e *Engine) save(f *found) bool {
	e.mu.Lock()
	c, kept, verdicts, mark := f.c, f.kept, f.unsaved, f.mark
	f.queued = false
	e.mu.Unlock()
	what, err := "block", error(nil)
	if !kept {
		err = e.cfg.Journal.Append(c)
	}
	if err == nil {
		e.mu.Lock()
		f.kept = true
		f.secure()
		e.mu.Unlock()
		what = "verdict"
	}
	for i := 0; i < len(verdicts) && err == nil; i++ {
		v := verdicts[i]
		if err = e.cfg.Journal.Settle(f.hash, v.Node, v.Verdict, v.At); err == nil {
			e.mu.Lock()
			f.unsaved = f.unsaved[1:]
			e.mu.Unlock()
		}
	}
	if err == nil && mark != nil {
		what = "state"
		if err = e.cfg.Journal.Mark(f.hash, *mark); err == nil {
			e.mu.Lock()
			if f.mark == mark { // else there is a newer one
				f.mark = nil
			}
			e.mu.Unlock()
		}
	}
	if err == nil {
		f.failed = 0
		return true
	}
	if f.failed++; seldom(f.failed) || e.alive.Err() != nil {
		e.log.Error(what+" cannot be written to the journal: free or mend the disk of the state directory",
			"height", f.height, "block", f.hash, "err", err)
	}
	return false
}
