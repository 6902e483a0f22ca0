package doctor

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/rogpeppe/go-internal/robustio"

	"ltcsolo/solo/delivery"
	"ltcsolo/solo/journal"
	"ltcsolo/template"
)

// tryJournal stores a block as mine does, in a temporary directory within the state directory, and reads it back. It
// takes no lock and does not touch found blocks, so it may run beside a running mine. took is the time until the block
// was durable.
func tryJournal(state string, labels journal.Labels, c *delivery.Candidate) (took time.Duration, err error) {
	own, err := os.MkdirTemp(state, ".doctor-*")
	if err != nil {
		return 0, err
	}
	// Windows removes no file that another program has open, such as a virus scanner: robustio tries again.
	defer func() { err = errors.Join(err, robustio.RemoveAll(own)) }()
	dir := filepath.Join(own, "blocks")
	j, err := journal.Open(dir, labels)
	if err != nil {
		return 0, err
	}
	if damaged := j.Damaged(); len(damaged) > 0 { // in a new directory: the disk is full
		return 0, damaged[0]
	}
	began := time.Now()
	if err := j.Append(c); err != nil {
		return 0, err
	}
	took = time.Since(began)
	v := delivery.Verdict{Outcome: delivery.Rejected, Reason: "high-hash"} // as a node would say; a word that none says is no verdict
	if err := j.Settle(c.BlockHash, "doctor", v, time.Now()); err != nil {
		return took, err
	}
	return took, readBack(dir, labels, c, v)
}

// readBack opens the journal again and compares.
func readBack(dir string, labels journal.Labels, c *delivery.Candidate, v delivery.Verdict) error {
	r, err := journal.Read(dir, labels)
	if err != nil {
		return err
	}
	blocks, err := r.Blocks()
	if err != nil {
		return err
	}
	if len(blocks) != 1 || blocks[0].BlockHash != c.BlockHash || blocks[0].Height != c.Height || blocks[0].Value != c.Value ||
		blocks[0].Verdict.String() != v.String() {
		return fmt.Errorf("the block cannot be read back: %d blocks, %v", len(blocks), errors.Join(r.Damaged()...))
	}
	back, err := r.Load(c.BlockHash)
	if err != nil {
		return err
	}
	if !bytes.Equal(back.Block, c.Block) {
		return errors.New("the block that was read differs from the one that was written")
	}
	return nil
}

// dummySize is about the size of a block on Litecoin's main network, in bytes.
const dummySize = 128 << 10

// dummy returns a candidate as large as a block.
func dummy() *delivery.Candidate {
	block := make([]byte, dummySize)
	return &delivery.Candidate{
		BlockHash: template.DoubleSHA256(block[:template.HeaderSize]), Found: time.Now(), Worker: "doctor", Block: block,
	}
}
