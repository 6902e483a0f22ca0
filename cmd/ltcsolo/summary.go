package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/template"
	"ltcsolo/wallet"
)

// summary is what mine prints at its end.
type summary struct {
	Reason   string         `json:"reason"`
	Seconds  float64        `json:"seconds"`
	Hashes   uint64         `json:"hashes"`
	HashRate float64        `json:"hash_rate"`
	Network  wallet.Network `json:"network"`
	Address  string         `json:"address"`
	Kernel   string         `json:"kernel"`
	Threads  int            `json:"threads"`
	Blocks   []foundBlock   `json:"blocks"`
}

type foundBlock struct {
	Height  int32         `json:"height"`
	Hash    template.Hash `json:"hash"`
	Time    string        `json:"time"`
	Value   int64         `json:"value_litoshi"`
	Address string        `json:"address"`
	Verdict string        `json:"verdict"`

	note string // for people
}

// listed is how many blocks the summary for people lists.
const listed = 20

func (r *miningRun) summary(reason string, searched time.Duration) *summary {
	s := &summary{
		Reason: reason, Seconds: searched.Seconds(), Hashes: r.miner.Hashes(), Network: r.address.Network, Address: r.address.Text,
		Kernel: r.kernels.InUse().Name(), Threads: r.settings.threads, Blocks: []foundBlock{},
	}
	if s.Seconds > 0 {
		s.HashRate = float64(s.Hashes) / s.Seconds
	}
	for _, f := range r.engine.Stats().Found() {
		paid, _ := wallet.FromScript(f.Script, r.address.Network)
		b := foundBlock{Height: f.Height, Hash: f.BlockHash, Time: isoTime(f.Found), Value: f.Value, Address: paid.Text, Verdict: f.Verdict.String()}
		switch {
		case f.Sibling:
			b.note = ", another block of this run won"
		case f.Verdict.Outcome == delivery.Accepted && f.State == delivery.StateUnsettled:
			b.note = ", but it has left the best chain"
		case f.State == delivery.StateOrphaned:
			b.note = ", and orphaned"
		}
		s.Blocks = append(s.Blocks, b)
	}
	return s
}

// say prints the summary: as JSON if that was asked for, else for people, but not for those who want quiet.
func (s *summary) say(r *miningRun) error {
	if r.settings.json {
		return printJSON(r.out, s)
	}
	if r.settings.quiet {
		return nil
	}
	why := map[string]string{
		byBlocks: "the blocks asked for are found", byTime: "the time is over", bySignal: "stopped by a signal", byError: "failed",
	}[s.Reason]
	_, err := fmt.Fprintf(r.out, "%s: %s hashes in %s, %s by kernel %s on %d %s\n", why, thousands(int64(s.Hashes)), duration(s.Seconds),
		hashRate(s.HashRate), s.Kernel, s.Threads, plural(s.Threads, "thread"))
	if err != nil {
		return err
	}
	accepted := 0
	for _, b := range s.Blocks {
		if b.Verdict == (delivery.Verdict{Outcome: delivery.Accepted}).String() {
			accepted++
		}
	}
	_, err = fmt.Fprintf(r.out, "%d %s accepted\n", accepted, plural(accepted, "block"))
	shown := s.Blocks
	if more := len(shown) - listed; more > 0 && err == nil {
		_, err = fmt.Fprintf(r.out, "the last %d of %d found; all are in %s\n", listed, len(shown), filepath.Join(r.state, "blocks"))
		shown = shown[more:]
	}
	if err != nil {
		return err
	}
	for _, b := range shown {
		if _, err = fmt.Fprintf(r.out, "block %d %s %s %s%s\n", b.Height, b.Hash, litecoins(b.Value), oneLine(b.Verdict), b.note); err != nil {
			break
		}
	}
	return err
}

// lostBlocks are the blocks of this run that no node has accepted, and those whose race is open. A block that only lost
// to another one of ours is not among them.
func lostBlocks(e *solo.Engine) []delivery.Block {
	return slices.DeleteFunc(e.Stats().Found(), func(f delivery.Block) bool {
		return f.Sibling || f.Verdict.Outcome == delivery.Accepted && f.State != delivery.StateUnsettled
	})
}

// forcedExit is the exit code of a run that a second signal ends at once.
func (r *miningRun) forcedExit() int {
	r.log.flush()
	if e := r.running.Load(); e != nil && len(lostBlocks(e)) > 0 {
		return exitUnsettled
	}
	return exitDone
}

// unsettled is the failure of a run that leaves a block which no node has accepted.
func (r *miningRun) unsettled() error {
	blocks := filepath.Join(r.state, "blocks")
	if lost := lostBlocks(r.engine); len(lost) > 0 {
		last := lost[len(lost)-1]
		remedy := fmt.Sprintf("its bytes are in %s, where each file says how to give it to a node by hand", blocks)
		switch {
		case last.Verdict.Outcome == delivery.Accepted:
			return &failure{exitUnsettled, fmt.Sprintf("%d found %s not settled; the last, %s at height %d, was accepted and has left the best chain",
				len(lost), plural(len(lost), "block"), last.BlockHash, last.Height),
				"ltcsolo blocks tells what becomes of it; the next run follows it"}
		case !last.Verdict.Final():
			remedy = fmt.Sprintf("start ltcsolo again when the node answers: the block is sent again. Its file in %s says how to do it by hand", blocks)
		}
		return &failure{exitUnsettled, fmt.Sprintf("%d found %s not accepted; the last, %s at height %d, is %s",
			len(lost), plural(len(lost), "block"), last.BlockHash, last.Height, last.Verdict), remedy}
	}
	earlier := slices.DeleteFunc(r.engine.Stats().Blocks, func(b delivery.Block) bool { return b.State != delivery.StateUnsettled || !b.Pending() })
	if n := len(earlier); n > 0 {
		return &failure{exitUnsettled, fmt.Sprintf("%d %s of earlier runs still unsettled", n, plural(n, "block")),
			fmt.Sprintf("start ltcsolo again when the node answers: blocks in %s are sent again", blocks)}
	}
	return nil
}

func plural(n int, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}
