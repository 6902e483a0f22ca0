package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"ltcsolo/solo/delivery"
	"ltcsolo/solo/journal"
	"ltcsolo/template"
)

// tryJournal keeps a block as mine does, in a directory of its own within the state directory, reads it back, and
// leaves nothing behind. It holds no lock and never touches found blocks, so that it may be done beside a running mine.
// took is the time until the block was durable.
func tryJournal(state string, labels journal.Labels, c *delivery.Candidate) (took time.Duration, err error) {
	own, err := os.MkdirTemp(state, ".doctor-*")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(own)) }()
	dir := filepath.Join(own, "blocks")
	j, err := journal.Open(dir, labels)
	if err != nil {
		return 0, err
	}
	if damaged := j.Damaged(); len(damaged) > 0 { // of a fresh directory: the disk is full
		return 0, damaged[0]
	}
	began := time.Now()
	if err := j.Append(c); err != nil {
		return 0, err
	}
	took = time.Since(began)
	v := delivery.Verdict{Outcome: delivery.Rejected, Reason: "not sent: doctor"}
	if err := j.Settle(c.BlockHash, "doctor", v, time.Now()); err != nil {
		return took, err
	}
	return took, readBack(dir, labels, c, v)
}

// readBack opens the journal anew and compares.
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
		blocks[0].Verdict != v {
		return fmt.Errorf("what was written cannot be read back: %d blocks, %v", len(blocks), errors.Join(r.Damaged()...))
	}
	back, err := r.Load(c.BlockHash)
	if err != nil {
		return err
	}
	if !bytes.Equal(back.Block, c.Block) {
		return errors.New("the block that was read is not the one that was written")
	}
	return nil
}

// madeUpSize is about that of a block of Litecoin's main network, in bytes.
const madeUpSize = 128 << 10

// madeUp is a block's worth of bytes.
func madeUp() *delivery.Candidate {
	block := make([]byte, madeUpSize)
	return &delivery.Candidate{
		BlockHash: template.DoubleSHA256(block[:template.HeaderSize]), Found: time.Now(), Worker: "doctor", Block: block,
	}
}
