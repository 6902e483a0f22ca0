package solo

import (
	"context"

	"ltcsolo/template"
)

// Upstream is where a searcher takes jobs and offers shares: the engine, or a limit before it. Implementations are
// safe for concurrent use.
type Upstream interface {
	// NextJob waits until the job to search is not prev and returns it. A nil job means that there is nothing to search
	// now. The error is ctx's.
	NextJob(ctx context.Context, prev *template.Job) (*template.Job, error)
	// HitTarget is the share target of a searcher that sees every PoW hash, as the CPU does: what meets it is worth
	// submitting, as a block or as the best share so far. Nothing meets it while no chain of j is searched.
	HitTarget(j *template.Job) template.Target
	// Submit judges a share without waiting for a disk or a node.
	Submit(s Share) (Result, error)
}

var _ Upstream = (*Engine)(nil)
