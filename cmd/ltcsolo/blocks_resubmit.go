package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"

	"github.com/urfave/cli/v2"

	"ltcsolo/cmd/ltcsolo/internal/run"
	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/journal"
	"ltcsolo/template"
)

func resubmitBlockCommand(flags []cli.Flag) *cli.Command {
	return &cli.Command{
		Name:      "resubmit",
		Usage:     "submit found blocks to every node again",
		ArgsUsage: "[HASH]",
		Description: `Submits one found block, or without HASH all that have no final answer, to every node, and prints what they answer. To
submit a block again does no harm. mine does it by itself, at its start and while it runs. The first digits of HASH are
enough. Without --state and --network it looks at every network's blocks, and at the system service's.

The exit code is 0 if each of them is now in the best chain of a node, 3 if no node answers, else 5.

Examples:
  ltcsolo blocks resubmit
  ltcsolo blocks resubmit --rpc http://10.0.0.2:9332 0bfb9d10`,
		Flags:  flags,
		Action: resubmitBlocks,
	}
}

// resubmitted is a block in blocks resubmit --json.
type resubmitted struct {
	Chain   string        `json:"chain,omitempty"` // absent if it is Litecoin's
	Height  int32         `json:"height"`
	Hash    template.Hash `json:"hash"`
	Verdict string        `json:"verdict"` // the most favourable of these answers
	Nodes   []nodeAnswer  `json:"nodes"`
}

type nodeAnswer struct {
	nodeVerdict
	Error string `json:"error,omitempty"` // why there is no verdict
}

func resubmitBlocks(ctx *cli.Context) error {
	digits := ctx.Args().First()
	all, err := ledgersWith(ctx, digits)
	if err != nil {
		return err
	}
	done := []resubmitted{}
	var silent error
	for _, l := range all {
		chosen, err := l.toResubmit(digits)
		if err == nil && len(chosen) > 0 {
			err = l.open(ctx)
		}
		if err != nil {
			return err
		}
		defer l.Close()
		if len(chosen) > 0 && len(l.nodes) == 0 {
			silent = errors.Join(silent, l.silent) // the other networks' are submitted all the same
			continue
		}
		done = append(done, l.resubmitAll(ctx, chosen)...)
	}
	if silent != nil && len(done) == 0 {
		return silent
	}
	if err := printResubmitted(ctx, all, done); err != nil {
		return err
	}
	won := 0
	for _, r := range done {
		if r.Verdict == (delivery.Verdict{Outcome: delivery.Accepted}).String() {
			won++
		}
	}
	if lost := len(done) - won; lost > 0 {
		return &terminal.Error{
			Code:   terminal.ExitUnsettled,
			Reason: fmt.Sprintf("%d %s not in the best chain of a node", lost, terminal.Plural(lost, "block")),
			Remedy: "ltcsolo blocks show HASH says more about each; one that is in a race can still win: ask ltcsolo blocks later",
		}
	}
	return silent
}

// toResubmit returns the block whose hash begins with these digits, without digits those that have no final answer.
func (l *ledger) toResubmit(digits string) (chosen []*delivery.Block, err error) {
	if digits != "" {
		b, err := l.find(digits)
		return []*delivery.Block{b}, err
	}
	for i := range l.blocks {
		if l.blocks[i].Pending() {
			chosen = append(chosen, &l.blocks[i])
		}
	}
	return chosen, nil
}

// resubmitAll submits the blocks to every node and writes the answers to the journal.
func (l *ledger) resubmitAll(ctx *cli.Context, chosen []*delivery.Block) (done []resubmitted) {
	if len(chosen) == 0 {
		return nil
	}
	keep, note, release := l.keeper()
	defer release()
	if note != "" {
		fmt.Fprintf(ctx.App.ErrWriter, "note: %s\n", terminal.OneLine(note))
	}
	for _, b := range chosen {
		r, err := l.resubmit(ctx.Context, b, keep)
		if err != nil { // the others are submitted all the same
			fmt.Fprintf(ctx.App.ErrWriter, "note: %s\n", terminal.OneLine(err.Error()))
		}
		done = append(done, r)
	}
	return done
}

// keeper opens the journal for the verdicts. If that cannot be, j is nil and note says why: a running ltcsolo writes them
// itself, and a disk that is full is no reason not to send a block. release is to be called in any case.
func (l *ledger) keeper() (j *journal.Journal, note string, release func()) {
	if _, err := os.Stat(l.dir); errors.Is(err, fs.ErrNotExist) {
		return nil, "", func() {}
	}
	lock, err := run.LockState(l.state)
	switch {
	case err != nil && terminal.Explain(err).Code == terminal.ExitLocked:
		return nil, "another ltcsolo runs on this state directory; it writes down what becomes of the blocks", func() {}
	case err != nil:
		return nil, fmt.Sprintf("the answers cannot be written down: %v", err), func() {}
	}
	if j, err = journal.Open(l.dir, run.JournalLabels(l.chain, l.network)); err != nil {
		return nil, fmt.Sprintf("the answers cannot be written down: %v", err), lock.Release
	}
	return j, "", lock.Release
}

// lastAnswers is how long the other nodes have to answer once one has accepted a block.
const lastAnswers = 5 * time.Second

// resubmit submits a block to every node at once. A node that hangs delays no other, and the result by no more than
// lastAnswers. keep may be nil. The error is the disk's; the block is submitted all the same, unless it cannot be read.
func (l *ledger) resubmit(ctx context.Context, b *delivery.Block, keep *journal.Journal) (resubmitted, error) {
	r := resubmitted{Chain: l.otherChain(), Height: b.Height, Hash: b.BlockHash, Verdict: delivery.Verdict{}.String(), Nodes: []nodeAnswer{}}
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
				r.Nodes[i].Error = terminal.OneLine(err.Error())
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

// printResubmitted prints the answers.
func printResubmitted(ctx *cli.Context, all []*ledger, done []resubmitted) error {
	out := ctx.App.Writer
	if ctx.Bool("json") {
		return terminal.PrintJSON(out, struct {
			Blocks []resubmitted `json:"blocks"`
		}{done})
	}
	if len(done) == 0 {
		for _, l := range all {
			if _, err := fmt.Fprintf(out, "nothing to submit: every block in %s has its answer\n", l.dir); err != nil {
				return err
			}
		}
		return nil
	}
	for _, r := range done {
		for _, n := range r.Nodes {
			answer := n.Verdict
			if n.Error != "" {
				answer = "no answer: " + n.Error
			}
			chain := ""
			if r.Chain != "" {
				chain = r.Chain + " "
			}
			if _, err := fmt.Fprintf(out, "%sblock %d %s: %s (%s)\n", chain, r.Height, r.Hash, terminal.OneLine(answer), n.RPC); err != nil {
				return err
			}
		}
	}
	return nil
}
