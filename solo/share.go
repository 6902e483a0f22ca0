package solo

import (
	"errors"
	"fmt"

	"ltcsolo/solo/scrypt"
	"ltcsolo/template"
)

// Share is a solution that a worker offers for a job.
type Share struct {
	Worker   string
	JobID    string
	Solution template.Solution
	Target   template.Target // share target; for a CPU worker the network target
}

// Result is what the engine found out about a share.
type Result struct {
	BlockHash template.Hash
	PoWHash   template.Hash // by the reference, whatever kernel found the share
	Candidate bool          // it meets the network target and is on its way to the node
}

// Why a share was refused. A share that meets the network target is refused only as unknown job or duplicate.
var (
	ErrUnknownJob    = errors.New("unknown job")
	ErrStale         = errors.New("stale: the job is not on the newest previous block")
	ErrDuplicate     = errors.New("duplicate share")
	ErrLowDifficulty = errors.New("low difficulty: the PoW hash is above the share target")
)

// Submit judges one share. Its header is hashed again by golang.org/x/crypto/scrypt, and the network target is
// tested before anything else: a block that looks stale is the node's to judge. Submit does not wait for the disk
// or the node. The error is one of the Err values of a share, or says why the solution does not fit its job.
func (e *Engine) Submit(s Share) (Result, error) {
	entry, stale := e.jobs.find(s.JobID)
	if entry == nil {
		return Result{}, ErrUnknownJob
	}
	header, err := entry.job.Header(s.Solution)
	if err != nil {
		return Result{}, fmt.Errorf("judge share: %w", err)
	}
	r := Result{BlockHash: header.BlockHash(), PoWHash: scrypt.Sum((*[template.HeaderSize]byte)(&header))}
	e.best.improve(r.PoWHash)
	if r.Candidate = entry.job.Template.Target.MetBy(&r.PoWHash); r.Candidate {
		if !e.jobs.firstSight(entry, r.BlockHash) {
			return r, ErrDuplicate
		}
		return r, e.solved(entry.job, s, r)
	}
	switch {
	case stale:
		return r, ErrStale
	case !s.Target.MetBy(&r.PoWHash):
		return r, ErrLowDifficulty
	case !e.jobs.firstSight(entry, r.BlockHash): // after the others: only good shares cost memory
		return r, ErrDuplicate
	}
	e.shares.Add(1)
	return r, nil
}
