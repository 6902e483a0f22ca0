package solo

import (
	"errors"
	"fmt"

	"ltcsolo/solo/delivery"
	"ltcsolo/template"
)

// Share is a solution that a worker submits for a job.
type Share struct {
	Worker   string
	JobID    string
	Solution template.Solution
	Target   template.Target // share target
}

// Result is what the engine found out about a share. It is zero for a share of an unknown job and for one that fits its
// job not at all.
type Result struct {
	BlockHash template.Hash // of the main chain's header
	// PoWHash is the reference's, whatever kernel found the share; of a share that was given to SubmitAll it may be the
	// Hasher's, if that has no consequence but a good share's. It is zero for a duplicate that was not hashed.
	PoWHash   template.Hash
	Work      bool // it was hashed and meets its share target: work to credit, even if it is stale
	Candidate bool // it meets the network target of at least one chain and is on its way to that chain's nodes
}

// Judged is a share's result and the error that Submit would return for it.
type Judged struct {
	Result
	Err error
}

// Why a share was refused. A share that meets a network target is refused only as unknown job or duplicate.
var (
	ErrUnknownJob    = errors.New("unknown job")
	ErrStale         = errors.New("stale: the job is not on the newest previous block")
	ErrDuplicate     = errors.New("duplicate share")
	ErrLowDifficulty = errors.New("low difficulty: the PoW hash is above the share target")
)

// Submit implements [Upstream]. It hashes the header again with golang.org/x/crypto/scrypt and tests the network targets
// of all chains of the share's job before anything else: a block that looks stale is the node's to judge. Only a share
// that repeats a good one, or one that is being hashed, is a duplicate without being hashed. The error is one of the Err
// values of a share, or says why the solution does not fit its job.
func (e *Engine) Submit(s Share) (Result, error) {
	shares, judged := [1]Share{s}, [1]Judged{}
	e.judge(reference{}, shares[:], judged[:])
	return judged[0].Result, judged[0].Err
}

// SubmitAll judges shares as Submit does, with Config.Hasher instead of the reference, and writes what it found to judged,
// which has the same length. It blocks until all are hashed, in one call of the Hasher, but waits for no disk or node.
// It keeps neither slice.
func (e *Engine) SubmitAll(shares []Share, judged []Judged) {
	e.judge(e.cfg.Hasher, shares, judged)
}

// solved makes a candidate for each chain whose network target the share meets, and hands it to that chain's courier. A
// chain whose block cannot be assembled does not keep the others from theirs.
func (e *Engine) solved(j *template.Job, share *Share, r *Result) error {
	var errs []error
	if j.Template.Target.MetBy(&r.PoWHash) {
		block, err := j.Block(share.Solution)
		errs = append(errs, e.main().deliver(block, err, &delivery.Candidate{
			BlockHash: r.BlockHash, PoWHash: r.PoWHash, Height: j.Template.Height, Value: j.Template.CoinbaseValue,
			Script: j.Coinbase.Script, Worker: share.Worker, JobID: j.ID,
		}))
	}
	for i, a := range j.Aux {
		if !a.Template.Target.MetBy(&r.PoWHash) {
			continue
		}
		block, err := j.AuxBlock(i, share.Solution)
		s := e.sideOf(a)
		if s == nil {
			errs = append(errs, fmt.Errorf("%s is not mined any more: its block %v cannot be delivered", a.Template.Chain.Name, a.BlockHash))
			continue
		}
		errs = append(errs, s.deliver(block, err, &delivery.Candidate{
			BlockHash: a.BlockHash, PoWHash: r.PoWHash, Height: a.Template.Height, Value: a.Template.CoinbaseValue,
			Script: a.Coinbase.Script, Worker: share.Worker, JobID: j.ID,
		}))
	}
	return errors.Join(errs...)
}

// sideOf returns the side of an aux block's chain, nil if an earlier run mined it and this one does not.
func (e *Engine) sideOf(a *template.Aux) *side {
	for _, s := range e.sides[1:] {
		if s.Chain == a.Template.Chain {
			return s
		}
	}
	return nil
}

// deliver hands a solved block to the courier.
func (s *side) deliver(block []byte, err error, c *delivery.Candidate) error {
	if err != nil {
		return fmt.Errorf("assemble %s block: %w", s.Chain.Name, err) // the header was made of the same solution
	}
	c.Found, c.Block = s.engine.cfg.Now(), block
	s.Payout.Found(c.Script, c.BlockHash)
	s.Courier.Take(c)
	return nil
}
