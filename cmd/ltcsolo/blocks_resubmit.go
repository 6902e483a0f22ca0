package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/urfave/cli/v2"

	"ltcsolo/solo/delivery"
	"ltcsolo/solo/journal"
	"ltcsolo/template"
)

func resubmitBlockCommand(flags []cli.Flag) *cli.Command {
	return &cli.Command{
		Name:      "resubmit",
		Usage:     "give found blocks to every node again",
		ArgsUsage: "[HASH]",
		Description: `Gives one found block, or without HASH all that no node has answered for good, to every node, and says what they answer.
To submit a block again does no harm. mine does so by itself, at its start and while it runs. HASH may be cut short.

The exit code is 0 if a node has each of them in its best chain now, 3 if no node answers, else 5.

Examples:
  ltcsolo blocks resubmit
  ltcsolo blocks resubmit --rpc http://10.0.0.2:9332 0bfb9d10`,
		Flags:  flags,
		Action: resubmitBlocks,
	}
}

// resubmitted is a block of blocks resubmit --json.
type resubmitted struct {
	Height  int32         `json:"height"`
	Hash    template.Hash `json:"hash"`
	Verdict string        `json:"verdict"` // the best of these answers
	Nodes   []nodeAnswer  `json:"nodes"`
}

type nodeAnswer struct {
	nodeVerdict
	Error string `json:"error,omitempty"` // why there is no verdict
}

func resubmitBlocks(ctx *cli.Context) error {
	l, err := openLedger(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	var chosen []*delivery.Block
	if digits := ctx.Args().First(); digits != "" {
		b, err := l.find(digits)
		if err != nil {
			return err
		}
		chosen = append(chosen, b)
	} else {
		for i := range l.blocks {
			if l.blocks[i].Pending() {
				chosen = append(chosen, &l.blocks[i])
			}
		}
	}
	if len(chosen) > 0 && len(l.nodes) == 0 {
		return l.silent
	}
	keep, note, release := l.keeper()
	defer release()
	if note != "" && len(chosen) > 0 {
		fmt.Fprintf(ctx.App.ErrWriter, "note: %s\n", oneLine(note))
	}
	done := []resubmitted{}
	won := 0
	for _, b := range chosen {
		r, err := l.resubmit(ctx.Context, b, keep)
		if err != nil { // the others are sent all the same
			fmt.Fprintf(ctx.App.ErrWriter, "note: %s\n", oneLine(err.Error()))
		}
		if r.Verdict == (delivery.Verdict{Outcome: delivery.Accepted}).String() {
			won++
		}
		done = append(done, r)
	}
	if err := l.sayResubmitted(ctx, done); err != nil {
		return err
	}
	if lost := len(done) - won; lost > 0 {
		return &failure{exitUnsettled, fmt.Sprintf("%d %s not in the best chain of a node", lost, plural(lost, "block")),
			"ltcsolo blocks show HASH says more of each; a race can still be won: ltcsolo blocks tells later"}
	}
	return nil
}

// keeper is the journal, for the verdicts, or nil and why they are not written here: a running ltcsolo does that by
// itself, and a disk that takes nothing is no reason not to send a block.
func (l *ledger) keeper() (j *journal.Journal, note string, release func()) {
	if _, err := os.Stat(l.dir); errors.Is(err, fs.ErrNotExist) {
		return nil, "", func() {}
	}
	release, err := lockState(filepath.Dir(l.dir))
	var f *failure
	switch {
	case errors.As(err, &f) && f.code == exitLocked:
		return nil, "another ltcsolo runs on this state directory; it writes down what becomes of the blocks", func() {}
	case err != nil:
		return nil, fmt.Sprintf("the answers cannot be written down: %v", err), func() {}
	}
	if j, err = journal.Open(l.dir, journalLabels(l.network)); err != nil {
		return nil, fmt.Sprintf("the answers cannot be written down: %v", err), release
	}
	return j, "", release
}

// lastAnswers is how long, once a node has accepted a block, the others have to answer.
const lastAnswers = 5 * time.Second

// resubmit gives a block to every node at once: one that hangs keeps no other waiting, and not long who asked. keep may
// be nil. The error is that of the disk, which does not keep the block from the nodes unless it cannot be read.
func (l *ledger) resubmit(ctx context.Context, b *delivery.Block, keep *journal.Journal) (resubmitted, error) {
	r := resubmitted{Height: b.Height, Hash: b.BlockHash, Verdict: delivery.Verdict{}.String(), Nodes: []nodeAnswer{}}
	c, err := l.Load(b.BlockHash)
	if err != nil {
		return r, err
	}
	now := delivery.NewBlock(c, "")
	r.Nodes = make([]nodeAnswer, len(l.clients))
	var mu sync.Mutex // guards now and unkept
	var unkept error
	var nodes sync.WaitGroup
	ctx, giveUp := context.WithCancelCause(ctx)
	defer giveUp(nil)
	errSlow := fmt.Errorf("no answer %v after another node's", lastAnswers)
	for i, n := range l.clients {
		nodes.Go(func() {
			v, err := delivery.Offer(ctx, c, n)
			r.Nodes[i].nodeVerdict = nodeVerdict{n.Name(), v.String()}
			switch {
			case err != nil && context.Cause(ctx) == errSlow:
				r.Nodes[i].Error = errSlow.Error()
				return
			case err != nil:
				r.Nodes[i].Error = oneLine(err.Error())
				return
			case v.Outcome == delivery.Accepted:
				time.AfterFunc(lastAnswers, func() { giveUp(errSlow) })
			}
			at := time.Now()
			mu.Lock()
			defer mu.Unlock()
			now.Answer(delivery.NodeVerdict{Node: n.Name(), Verdict: v, At: at})
			if keep != nil {
				unkept = errors.Join(unkept, keep.Settle(b.BlockHash, n.Name(), v, at))
			}
		})
	}
	nodes.Wait()
	r.Verdict = now.Verdict.String()
	return r, unkept
}

func (l *ledger) sayResubmitted(ctx *cli.Context, done []resubmitted) error {
	out := ctx.App.Writer
	if ctx.Bool("json") {
		return printJSON(out, struct {
			Blocks []resubmitted `json:"blocks"`
		}{done})
	}
	if len(done) == 0 {
		_, err := fmt.Fprintf(out, "nothing to submit: no block in %s waits for an answer\n", l.dir)
		return err
	}
	for _, r := range done {
		for _, n := range r.Nodes {
			answer := n.Verdict
			if n.Error != "" {
				answer = "no answer: " + n.Error
			}
			if _, err := fmt.Fprintf(out, "block %d %s: %s (%s)\n", r.Height, r.Hash, oneLine(answer), n.RPC); err != nil {
				return err
			}
		}
	}
	return nil
}
