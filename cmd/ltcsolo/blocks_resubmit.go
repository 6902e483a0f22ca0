package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/urfave/cli/v2"

	"ltcsolo/solo"
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
	var chosen []*solo.Block
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
	keep, release, err := l.keeper()
	if err != nil {
		return err
	}
	defer release()
	done := []resubmitted{}
	won := 0
	for _, b := range chosen {
		r, err := l.resubmit(ctx, b, keep)
		if err != nil {
			return err
		}
		if r.Verdict == (solo.Verdict{Outcome: solo.Accepted}).String() {
			won++
		}
		done = append(done, r)
	}
	if err := l.sayResubmitted(ctx, done, keep == nil); err != nil {
		return err
	}
	if lost := len(done) - won; lost > 0 {
		return &failure{exitUnsettled, fmt.Sprintf("%d %s not in the best chain of a node", lost, plural(lost, "block")),
			"ltcsolo blocks show HASH says more of each; a race can still be won: ltcsolo blocks tells later"}
	}
	return nil
}

// keeper is the journal if nobody else has it: verdicts are written down in it. A running ltcsolo does that by itself.
func (l *ledger) keeper() (j *journal.Journal, release func(), err error) {
	state := filepath.Dir(l.dir)
	if _, err := os.Stat(l.dir); errors.Is(err, fs.ErrNotExist) {
		return nil, func() {}, nil
	}
	release, err = lockState(state)
	var f *failure
	if errors.As(err, &f) && f.code == exitLocked {
		return nil, func() {}, nil
	}
	if err != nil {
		return nil, nil, err
	}
	if j, err = journal.Open(l.dir, journalLabels(l.network)); err != nil {
		release()
		return nil, nil, usage("mend the directory, or give another with --state DIR", "verdicts could not be kept: %v", err)
	}
	return j, release, nil
}

// resubmit gives a block to every node. keep may be nil.
func (l *ledger) resubmit(ctx *cli.Context, b *solo.Block, keep *journal.Journal) (resubmitted, error) {
	r := resubmitted{Height: b.Height, Hash: b.BlockHash, Nodes: []nodeAnswer{}}
	c, err := l.Load(b.BlockHash)
	if err != nil {
		return r, err
	}
	now := solo.NewBlock(c, "")
	for _, n := range l.clients {
		v, err := solo.Offer(ctx.Context, c, n)
		a := nodeAnswer{nodeVerdict: nodeVerdict{n.Name(), v.String()}}
		if err != nil {
			a.Error = oneLine(err.Error())
		} else {
			at := time.Now()
			now.Answer(solo.NodeVerdict{Node: n.Name(), Verdict: v, At: at})
			if keep != nil {
				if err := keep.Settle(b.BlockHash, n.Name(), v, at); err != nil {
					return r, err
				}
			}
		}
		r.Nodes = append(r.Nodes, a)
	}
	r.Verdict = now.Verdict.String()
	return r, nil
}

func (l *ledger) sayResubmitted(ctx *cli.Context, done []resubmitted, running bool) error {
	out := ctx.App.Writer
	if running && len(done) > 0 {
		fmt.Fprintf(ctx.App.ErrWriter, "note: another ltcsolo runs on this state directory; it writes down what becomes of the blocks\n")
	}
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
