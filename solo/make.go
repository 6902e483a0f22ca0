package solo

import (
	"context"
	"slices"
	"strconv"
	"time"

	"ltcsolo/template"
)

// auxGap is the least time between a job and the next one that differs in its aux blocks alone. What changes meanwhile,
// on several chains perhaps, is in one job. A merged chain's new tip waits as well, for a second of the minute that it
// stands and only if there was a job just before: otherwise a merged chain's node could send the miners of the house as
// many jobs as it likes. A new main template takes all that there is along, and waits for nothing.
const auxGap = time.Second

// made is a job that is not published yet.
type made struct {
	job *template.Job
	aux []*template.Aux // what it was to commit to
}

// makeJob makes a job of a main template and the aux blocks of now. If it cannot be made with them, it is made without.
func (e *Engine) makeJob(t *template.Template, clean bool) (m made, err error) {
	e.mu.Lock()
	e.lastJob++
	id := strconv.FormatUint(e.lastJob, 16)
	m.aux = e.auxes()
	e.mu.Unlock()
	coinbase := e.main().coinbase()
	m.job, err = template.NewJob(id, t, coinbase, clean, m.aux...)
	if err == nil || len(m.aux) == 0 {
		return m, err
	}
	withAux := err
	if m.job, err = template.NewJob(id, t, coinbase, clean); err == nil {
		e.log.Error("no job can commit to the merged chains' blocks", "height", t.Height, "job", id, "err", withAux)
	}
	return m, err
}

// publish makes m the newest job. The caller holds mu.
func (e *Engine) publish(m made) {
	e.latest, e.aux, e.since = m.job, m.aux, e.cfg.Now()
	e.jobs.add(m.job)
	for _, s := range e.sides {
		s.toCheck(m.job)
	}
}

// auxes returns the aux blocks that a new job commits to: those that nothing speaks against. The caller holds mu.
func (e *Engine) auxes() []*template.Aux {
	var all []*template.Aux
	for _, s := range e.sides[1:] {
		if s.aux != nil && s.searchable() && s.aux.BlockHash != s.found.BlockHash {
			all = append(all, s.aux)
		}
	}
	return all
}

// searching reports whether searchers get the newest job: at least one of its chains can be searched. The caller holds mu.
func (e *Engine) searching() bool {
	return e.latest != nil && !e.enough() && (e.main().searchable() || slices.ContainsFunc(e.latest.Aux, e.commits))
}

// commits reports whether a header that meets the target of the job's aux block could win. Until the next job it may be
// another one than its chain's newest. The caller holds mu.
func (e *Engine) commits(a *template.Aux) bool {
	s := e.sideOf(a)
	return s != nil && s.searchable() && a.BlockHash != s.found.BlockHash
}

// reoffer decides what searchers get, and has the newest job renewed if it should commit to other aux blocks. The caller
// holds mu.
func (e *Engine) reoffer() {
	if e.searching() && !e.ended {
		e.jobs.offer(e.latest)
	} else {
		e.jobs.offer(nil)
	}
	if e.outdated() {
		select {
		case e.renewal <- struct{}{}:
		default:
		}
	}
}

// outdated reports whether a job with other aux blocks than the newest has is worth searching. The caller holds mu.
func (e *Engine) outdated() bool {
	aux := e.auxes()
	return e.latest != nil && !slices.Equal(e.aux, aux) && (len(aux) > 0 || e.main().searchable())
}

// renewJobs makes a new job of the last main template, auxGap after the newest job at the earliest, whenever the newest
// job is outdated, until ctx ends.
func (e *Engine) renewJobs(ctx context.Context) {
	for {
		select {
		case <-e.renewal:
		case <-ctx.Done():
			return
		}
		for ctx.Err() == nil {
			e.mu.Lock()
			outdated, age := e.outdated(), e.cfg.Now().Sub(e.since)
			e.mu.Unlock()
			if !outdated {
				break
			}
			if age < auxGap {
				pause(ctx, auxGap-max(0, age)) // the clock may have been set back
				continue
			}
			if !e.renewJob() {
				break
			}
		}
	}
}

// renewJob reports whether it has made a job, or a main template came meanwhile that has.
func (e *Engine) renewJob() bool {
	e.mu.Lock()
	main := e.latest.Template
	more := slices.ContainsFunc(e.auxes(), func(a *template.Aux) bool { return !slices.Contains(e.aux, a) })
	e.mu.Unlock()
	if more && !e.jobs.takesAux() {
		return false
	}
	m, err := e.makeJob(main, false)
	if err != nil { // of this template there was a job before
		e.log.Error("no job can be made of the template", "height", main.Height, "err", err)
		return false
	}
	e.mu.Lock()
	newest := e.latest.Template == main
	if newest {
		e.publish(m)
		e.reoffer()
	}
	e.mu.Unlock()
	if newest {
		e.log.Debug("new job with other merged blocks", "height", main.Height, "job", m.job.ID, "merged", len(m.job.Aux))
	}
	return true
}
