package template

import (
	"fmt"
	"slices"
)

// Job is work for searchers: a main template, the coinbase around its extranonce, the merkle branch, the aux blocks and
// an ID. It is immutable and safe for concurrent use.
type Job struct {
	ID       string // unique to this content
	Template *Template
	Clean    bool   // built on a new previous block: shares of older jobs become stale
	Coinb1   []byte // coinbase without witness, up to the extranonce
	Coinb2   []byte // the rest, after the extranonce
	Branch   []Hash // merkle branch of the coinbase, internal byte order
	Coinbase Coinbase
	Aux      []*Aux // the aux blocks that the coinbase commits to
}

// Solution turns a job into a header.
type Solution struct {
	Extranonce []byte // Job.Coinbase.ExtranonceSize bytes
	Version    int32  // header version
	Time       uint32 // header time, Unix seconds
	Nonce      uint32
}

// NewJob makes a job of a main template and the aux blocks, if any. It sets c.Commitment. It fails if c has no payout
// script or one reserved for MWEB, or a tag that does not fit or holds the commitment's magic; and if two aux blocks have
// the same chain id, or one has a chain id that is the upper half of t's version.
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

// WithCoinbase returns a copy of j with other halves of the coinbase, as they were kept of such a job. j must have no aux
// blocks. It fails if the halves and an extranonce between them are no transaction without witness.
func (j *Job) WithCoinbase(coinb1, coinb2 []byte) (*Job, error) {
	whole := slices.Concat(coinb1, make([]byte, j.Coinbase.ExtranonceSize), coinb2)
	if x, err := parseTx(whole); err != nil || x.hasWitness() || len(coinb1) < edge || len(coinb2) < edge {
		return nil, fmt.Errorf("make job: %x and %x are no halves of a coinbase", coinb1, coinb2)
	}
	c := *j
	c.Coinb1, c.Coinb2 = coinb1, coinb2
	return &c, nil
}

// CoinbaseTxID returns the transaction id of the coinbase with that extranonce.
func (j *Job) CoinbaseTxID(extranonce []byte) Hash {
	return DoubleSHA256(j.Coinb1, extranonce, j.Coinb2)
}

// Header returns the header of a solution. It fails if the extranonce has the wrong length.
func (j *Job) Header(s Solution) (Header, error) {
	if len(s.Extranonce) != j.Coinbase.ExtranonceSize {
		return Header{}, fmt.Errorf("make header: extranonce of %d bytes, want %d", len(s.Extranonce), j.Coinbase.ExtranonceSize)
	}
	root := rootFromBranch(j.CoinbaseTxID(s.Extranonce), j.Branch, 0)
	return NewHeader(s.Version, j.Template.PreviousBlock, root, s.Time, j.Template.Bits, s.Nonce), nil
}

// EasiestTarget returns the easiest network target of the job's chains: a header that misses it is no block's.
func (j *Job) EasiestTarget() Target {
	easiest := j.Template.Target
	for _, a := range j.Aux {
		if a.Template.Target.easierThan(&easiest) {
			easiest = a.Template.Target
		}
	}
	return easiest
}
