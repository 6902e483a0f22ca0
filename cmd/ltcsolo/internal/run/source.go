package run

import (
	"context"

	"ltcsolo/solo"
)

// Source is a source of shares: this machine's CPU, or a server for other miners.
type Source interface {
	Name() string
	// Run takes jobs from the engine and submits shares until ctx ends. A source that returns before that has failed.
	Run(ctx context.Context) error
	// Workers returns the source's miners as they are now. It is safe for concurrent use; the slice is the caller's.
	Workers() []solo.Worker
}

// NewSource makes a source for an engine.
type NewSource func(*solo.Engine) (Source, error)

// local is a source that hashes in this process. It makes progress whenever it is offered a job and is not paused; if it
// does not, it hangs. Of any other source nobody can say that: its miners may be slow, idle or absent. Its methods are
// safe for concurrent use.
type local interface {
	Source
	Hashes() uint64 // in this run
	Paused() string // why it does not take the job that it is offered, one line; empty if it does
}

// workers returns the workers of all sources. The slice is the caller's.
func workers(sources []Source) (all []solo.Worker) {
	for _, s := range sources {
		all = append(all, s.Workers()...)
	}
	return all
}

// hashed returns what workers have hashed in a run. A server, unless it is nil, counts for its miners: it has those too that are
// forgotten, so that the sum never falls.
func hashed(workers []solo.Worker, server *solo.Stratum) (hashes uint64) {
	for _, w := range workers {
		if server == nil || w.Kind == solo.KindCPU {
			hashes += w.Hashes
		}
	}
	if server != nil {
		hashes += server.Hashes
	}
	return hashes
}

// paused returns why no source takes the job that it is offered, empty if one does.
func paused(sources []Source) string {
	first := ""
	for _, s := range sources {
		l, ok := s.(local)
		if !ok {
			return ""
		}
		why := l.Paused()
		if why == "" {
			return ""
		}
		if first == "" {
			first = why
		}
	}
	return first
}
