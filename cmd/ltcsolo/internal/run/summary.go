package run

import (
	"fmt"
	"slices"
	"time"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/units"
	"ltcsolo/template"
	"ltcsolo/wallet"
)

// summary is what a run prints at its end, here as JSON.
type summary struct {
	Reason   string         `json:"reason"`
	Seconds  float64        `json:"seconds"`
	Hashes   uint64         `json:"hashes"`
	HashRate float64        `json:"hash_rate"`
	Network  wallet.Network `json:"network"`
	Address  string         `json:"address"`
	Kernel   string         `json:"kernel"`
	Threads  int            `json:"threads"`
	Workers  []workerWork   `json:"workers,omitzero"` // with accepted shares, most work first; absent if no other miners are served
	Blocks   []foundBlock   `json:"blocks"`
}

type foundBlock struct {
	Height  int32         `json:"height"`
	Hash    template.Hash `json:"hash"`
	Time    string        `json:"time"`
	Value   int64         `json:"value_litoshi"`
	Address string        `json:"address"`
	Worker  string        `json:"worker,omitempty"` // that found it; absent if no other miners are served
	Verdict string        `json:"verdict"`

	note string // for people
}

// mostListed is how many blocks the summary for people lists.
const mostListed = 20

func (r *run) summary(reason string, searched time.Duration) *summary {
	s := &summary{Reason: reason, Seconds: searched.Seconds(), Network: r.address.Network, Address: r.address.Text, Blocks: []foundBlock{}}
	all := workers(r.sources)
	var server *solo.Stratum
	if r.house != nil {
		s.Workers, server = workOf(all), r.house.Stats()
	}
	s.Hashes = hashed(all, server)
	if s.Seconds > 0 {
		s.HashRate = float64(s.Hashes) / s.Seconds
	}
	if c := r.cpu; c != nil {
		s.Kernel, s.Threads = c.kernels.InUse().Name(), c.settings.Threads
	}
	for _, f := range r.engine.Stats().Found() {
		paid, _ := wallet.FromScript(f.Script, r.address.Network)
		b := foundBlock{Height: f.Height, Hash: f.BlockHash, Time: terminal.ISOTime(f.Found), Value: f.Value, Address: paid.Text, Verdict: f.Verdict.String()}
		if r.house != nil {
			b.Worker = f.Worker
		}
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

// accepted is the verdict of a block that is in a node's best chain.
var accepted = delivery.Verdict{Outcome: delivery.Accepted}.String()

// print writes the summary: as JSON if that was asked for, else for people, unless they want quiet.
func (s *summary) print(r *run) error {
	if r.Settings.JSON {
		return terminal.PrintJSON(r.Out, s)
	}
	if r.Settings.Quiet {
		return nil
	}
	why := map[string]string{
		byBlocks: "the blocks asked for are found", byTime: "the time is over", bySignal: "stopped by a signal", byError: "failed",
	}[s.Reason]
	_, err := fmt.Fprintf(r.Out, "%s: %s hashes in %s, %s%s\n", why, units.Thousands(int64(s.Hashes)), units.Duration(s.Seconds), units.HashRate(s.HashRate), s.by())
	if err != nil {
		return err
	}
	if err := s.printWorkers(r.Out); err != nil {
		return err
	}
	n := 0
	for _, b := range s.Blocks {
		if b.Verdict == accepted {
			n++
		}
	}
	_, err = fmt.Fprintf(r.Out, "%d %s accepted\n", n, terminal.Plural(n, "block"))
	shown := s.Blocks
	if more := len(shown) - mostListed; more > 0 && err == nil {
		_, err = fmt.Fprintf(r.Out, "the last %d of %d found; all are in %s\n", mostListed, len(shown), BlocksDir(r.state))
		shown = shown[more:]
	}
	if err != nil {
		return err
	}
	for _, b := range shown {
		if _, err = fmt.Fprintf(r.Out, "block %d %s %s %s%s\n", b.Height, b.Hash, units.Litecoin(b.Value), terminal.OneLine(b.Verdict), b.note); err != nil {
			break
		}
	}
	return err
}

// lostBlocks returns the blocks of this run that no node has accepted, and those whose race is open. A block that only
// lost to another one of ours is not among them.
func lostBlocks(e *solo.Engine) []delivery.Block {
	return slices.DeleteFunc(e.Stats().Found(), func(f delivery.Block) bool {
		return f.Sibling || f.Verdict.Outcome == delivery.Accepted && f.State != delivery.StateUnsettled
	})
}

// unsettled returns the error of a run that leaves a block which no node has accepted; nil if it leaves none.
func (r *run) unsettled() error {
	blocks := BlocksDir(r.state)
	if lost := lostBlocks(r.engine); len(lost) > 0 {
		last := lost[len(lost)-1]
		found := terminal.Plural(len(lost), "block")
		remedy := fmt.Sprintf("its bytes are in %s, where each file says how to submit it by hand", blocks)
		elsewhere := r.rescue()
		switch {
		case elsewhere != "":
			remedy = elsewhere
		case last.Verdict.Outcome == delivery.Accepted:
			return unsettledError("ltcsolo blocks shows what becomes of it; the next run follows it",
				"%d found %s not settled; the last, %s at height %d, was accepted and has left the best chain", len(lost), found, last.BlockHash, last.Height)
		case !last.Verdict.Final():
			remedy = fmt.Sprintf("start ltcsolo again when the node answers: it sends the block again. The block's file in %s says how to do it by hand", blocks)
		}
		return unsettledError(remedy, "%d found %s not accepted; the last, %s at height %d, is %s", len(lost), found, last.BlockHash, last.Height, last.Verdict)
	}
	earlier := slices.DeleteFunc(r.engine.Stats().Blocks, func(b delivery.Block) bool { return b.State != delivery.StateUnsettled || !b.Pending() })
	if n := len(earlier); n > 0 {
		return unsettledError(fmt.Sprintf("start ltcsolo again when the node answers: it sends the blocks in %s again", blocks),
			"%d %s of earlier runs still unsettled", n, terminal.Plural(n, "block"))
	}
	return nil
}

func unsettledError(remedy, format string, a ...any) error {
	return &terminal.Error{Code: terminal.ExitUnsettled, Reason: fmt.Sprintf(format, a...), Remedy: remedy}
}
