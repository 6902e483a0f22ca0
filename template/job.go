package template

import "fmt"

// Job is work for searchers: a template, the coinbase around its extranonce, the merkle branch and an ID. It is
// immutable and safe for concurrent use.
type Job struct {
	ID       string // never given twice for different content
	Template *Template
	Clean    bool   // built on a new previous block: shares of older jobs become stale
	Coinb1   []byte // stripped coinbase up to the extranonce
	Coinb2   []byte // and after it
	Branch   []Hash // merkle branch of the coinbase, internal byte order
	Coinbase Coinbase
	Aux      []*Aux // the merged chains' blocks that the coinbase commits to
}

// Solution is all that turns a job into a header.
type Solution struct {
	Extranonce []byte // Job.Coinbase.ExtranonceSize bytes
	Version    int32  // header version
	Time       uint32 // header time, Unix seconds
	Nonce      uint32
}

// NewJob makes the coinbase of t, with a commitment to the aux blocks if there are any, and its branch. It fails if the
// coinbase cannot be made: no payout script, a tag that does not fit or that holds the commitment's magic; or if the
// aux blocks cannot be committed to: two of one chain id, or one whose chain id t's version has.
func NewJob(id string, t *Template, c Coinbase, clean bool, aux ...*Aux) (*Job, error) {
	for _, a := range aux {
		if err := a.checkParent(t.Version); err != nil {
			return nil, fmt.Errorf("make job: %w", err)
		}
	}
	c.Commitment = nil
	if len(aux) > 0 {
		var err error
		if c.Commitment, err = Commitment(aux); err != nil {
			return nil, fmt.Errorf("make job: %w", err)
		}
	}
	h, err := c.make(t)
	if err != nil {
		return nil, err
	}
	ids := make([]Hash, len(t.Transactions))
	for i, x := range t.Transactions {
		ids[i] = x.TxID
	}
	return &Job{
		ID: id, Template: t, Clean: clean, Coinbase: c, Aux: aux,
		Coinb1: h.first, Coinb2: h.second, Branch: merkleBranch(ids),
	}, nil
}

// CoinbaseTxID is the transaction id of the coinbase with this extranonce.
func (j *Job) CoinbaseTxID(extranonce []byte) Hash {
	return DoubleSHA256(j.Coinb1, extranonce, j.Coinb2)
}

// Header is the header that s makes of the job. An extranonce of the wrong length is an error.
func (j *Job) Header(s Solution) (Header, error) {
	if len(s.Extranonce) != j.Coinbase.ExtranonceSize {
		return Header{}, fmt.Errorf("make header: extranonce of %d bytes, want %d", len(s.Extranonce), j.Coinbase.ExtranonceSize)
	}
	root := rootFromBranch(j.CoinbaseTxID(s.Extranonce), j.Branch)
	return NewHeader(s.Version, j.Template.PreviousBlock, root, s.Time, j.Template.Bits, s.Nonce), nil
}

// EasiestTarget returns the easiest network target of the job's chains: a header that misses it solves no block.
func (j *Job) EasiestTarget() Target {
	easiest := j.Template.Target
	for _, a := range j.Aux {
		if a.Template.Target.easierThan(&easiest) {
			easiest = a.Template.Target
		}
	}
	return easiest
}
