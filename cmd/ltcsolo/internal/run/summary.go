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
	Merged   []paidChain    `json:"merged,omitzero"` // absent if no chain is merged
	Kernel   string         `json:"kernel"`
	Threads  int            `json:"threads"`
	Workers  []workerWork   `json:"workers,omitzero"` // with accepted shares, most work first; absent if no other miners are served
	Blocks   []foundBlock   `json:"blocks"`
}

// paidChain is a merged chain and whom its blocks pay.
type paidChain struct {
	Chain   string `json:"chain"`
	Address string `json:"address"`
}

type foundBlock struct {
	Chain  string        `json:"chain,omitempty"` // absent if no chain is merged
	Height int32         `json:"height"`
	Hash   template.Hash `json:"hash"`
	Time   string        `json:"time"`
	terminal.Amount
	Address string `json:"address"`
	Worker  string `json:"worker,omitempty"` // that found it; absent if no other miners are served
	Verdict string `json:"verdict"`

	found time.Time
	note  string // for people
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
	for _, m := range r.merged {
		s.Merged = append(s.Merged, paidChain{m.chain().Name, m.address.Text})
	}
	for _, c := range chainsOf(r.engine.Stats()) {
		for _, f := range c.found() {
			s.Blocks = append(s.Blocks, r.foundBlock(c.chain, &f))
		}
	}
	slices.SortStableFunc(s.Blocks, func(a, b foundBlock) int { return a.found.Compare(b.found) })
	return s
}

func (r *run) foundBlock(chain *template.Chain, f *delivery.Block) foundBlock {
	b := foundBlock{
		Height: f.Height, Hash: f.BlockHash, Time: terminal.ISOTime(f.Found), Amount: terminal.AmountOf(f.Value, chain),
		Address: r.addressOf(chain, f.Script), Verdict: f.Verdict.String(), found: f.Found,
	}
	if len(r.merged) > 0 {
		b.Chain = chain.Name
	}
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
	return b
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
	_, err = fmt.Fprintf(r.Out, "%s accepted\n", s.acceptedOf(r))
	shown := s.Blocks
	if more := len(shown) - mostListed; more > 0 && err == nil {
		_, err = fmt.Fprintf(r.Out, "the last %d of %d found; all are in %s\n", mostListed, len(shown), r.blocksDirs())
		shown = shown[more:]
	}
	if err != nil {
		return err
	}
	for _, b := range shown {
		chain := ""
		if b.Chain != "" {
			chain = b.Chain + " "
		}
		if _, err = fmt.Fprintf(r.Out, "%sblock %d %s %s %s%s\n", chain, b.Height, b.Hash, b.Amount, terminal.OneLine(b.Verdict), b.note); err != nil {
			break
		}
	}
	return err
}

// acceptedOf says how many blocks of each chain are accepted: "3 blocks", or "3 litecoin and 5 dogecoin blocks".
func (s *summary) acceptedOf(r *run) string {
	counts := map[string]int{}
	for _, b := range s.Blocks {
		if b.Verdict == accepted {
			counts[b.Chain]++
		}
	}
	if len(r.merged) == 0 {
		return fmt.Sprintf("%d %s", counts[""], terminal.Plural(counts[""], "block"))
	}
	text := fmt.Sprintf("%d %s", counts[template.Litecoin.Name], template.Litecoin.Name)
	for i, m := range r.merged {
		between := ", "
		if i == len(r.merged)-1 {
			between = " and "
		}
		text += fmt.Sprintf("%s%d %s", between, counts[m.chain().Name], m.chain().Name)
	}
	return text + " blocks"
}

// addressOf names the address of a script of a chain.
func (r *run) addressOf(chain *template.Chain, script []byte) string {
	for _, m := range r.merged {
		if m.chain() == chain {
			return m.addressOf(script)
		}
	}
	return addressOf(chain, r.network)(script)
}

// blocksDirs names the directories of all journals.
func (r *run) blocksDirs() string {
	dirs := BlocksDir(r.state, template.Litecoin)
	for _, m := range r.merged {
		dirs += ", " + BlocksDir(r.state, m.chain())
	}
	return dirs
}

// lost returns the blocks of this run that no node has accepted, and those whose race is open. A block that only lost to
// another one of ours is not among them.
func (c chainBlocks) lost() []delivery.Block {
	return slices.DeleteFunc(c.found(), func(f delivery.Block) bool {
		return f.Sibling || f.Verdict.Outcome == delivery.Accepted && f.State != delivery.StateUnsettled
	})
}

// open returns the blocks of earlier runs that no node has answered for good.
func (c chainBlocks) open() []delivery.Block {
	return slices.DeleteFunc(slices.Clone(c.blocks), func(b delivery.Block) bool { return b.State != delivery.StateUnsettled || !b.Pending() })
}

// unsettled returns the error of a run that leaves a block which no node has accepted, of any chain; nil if it leaves none.
func (r *run) unsettled() error {
	chains := chainsOf(r.engine.Stats())
	for _, c := range chains {
		if err := r.lostOf(c); err != nil {
			return err
		}
	}
	for _, c := range chains {
		if n := len(c.open()); n > 0 {
			return unsettledError(fmt.Sprintf("start ltcsolo again when the node answers: it sends the blocks in %s again", BlocksDir(r.state, c.chain)),
				"%d %s of earlier runs still unsettled", n, c.counted(n))
		}
	}
	return nil
}

// lostOf returns the error about blocks of this run; nil if none is lost.
func (r *run) lostOf(c chainBlocks) error {
	lost := c.lost()
	if len(lost) == 0 {
		return nil
	}
	blocks := BlocksDir(r.state, c.chain)
	last := lost[len(lost)-1]
	found := c.counted(len(lost))
	remedy := fmt.Sprintf("its bytes are in %s, where each file says how to submit it by hand", blocks)
	elsewhere := r.rescue(r.courierOf(c.chain), c.chain)
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

// counted returns the word for so many blocks of the chain.
func (c chainBlocks) counted(n int) string {
	word := terminal.Plural(n, "block")
	if c.chain != template.Litecoin {
		word = c.chain.Name + " " + word
	}
	return word
}

// courierOf returns the courier of a chain.
func (r *run) courierOf(chain *template.Chain) *delivery.Courier {
	for _, m := range r.merged {
		if m.chain() == chain {
			return m.courier
		}
	}
	return r.courier
}

func unsettledError(remedy, format string, a ...any) error {
	return &terminal.Error{Code: terminal.ExitUnsettled, Reason: fmt.Sprintf(format, a...), Remedy: remedy}
}
