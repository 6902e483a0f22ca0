package doctor

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"ltcsolo/cmd/ltcsolo/internal/run"
	"ltcsolo/cmd/ltcsolo/internal/settings"
	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo"
	"ltcsolo/solo/cpuminer"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/journal"
	"ltcsolo/solo/node"
	"ltcsolo/solo/scrypt"
	"ltcsolo/solo/units"
	"ltcsolo/template"
	"ltcsolo/wallet"
)

// rehearse takes the steps from a template to an accepted block, as far as that is possible without a solved block.
func (d *doctor) rehearse(ctx context.Context, r *report) {
	var c *delivery.Candidate
	r.do(ctx, check{"rehearsal: block", func(context.Context) (f finding) {
		c, f = d.candidate()
		return f
	}})
	d.offer(ctx, r, d.nodes, template.Litecoin, c)
	for _, m := range d.merged {
		r.chain = m.chain().Name
		var c *delivery.Candidate
		r.do(ctx, check{"rehearsal: block", func(context.Context) (f finding) {
			c, f = d.auxCandidate(m)
			return f
		}})
		d.offer(ctx, r, m.nodes, m.chain(), c)
		r.chain = ""
	}
	if r.count(fail) == 0 && d.mayMine() {
		r.do(ctx, check{"rehearsal: mining", d.mine})
	}
}

// offer takes a block of a chain to each of its nodes and to the disk. c is nil if there is none.
func (d *doctor) offer(ctx context.Context, r *report, nodes []*examinedNode, chain *template.Chain, c *delivery.Candidate) {
	for _, n := range nodes {
		if n.status == nil {
			continue // reported already
		}
		if len(nodes) > 1 {
			r.about = n.cfg.URL
		}
		if c != nil {
			r.do(ctx, check{"rehearsal: proposal", func(ctx context.Context) finding { return n.propose(ctx, c.Block) }})
		}
		r.do(ctx, check{"rehearsal: submit", n.maySubmit})
	}
	r.about = ""
	if c != nil && d.state != "" {
		r.do(ctx, check{"rehearsal: journal", func(context.Context) finding { return d.keep(chain, c) }})
	}
}

// noTemplate is the finding that no block can be assembled.
func noTemplate() finding {
	return finding{Result: fail, Detail: "no block can be assembled: no node gives a template", Remedy: "fix the node", node: true}
}

// candidate makes the block that mine would search now, unsolved.
func (d *doctor) candidate() (*delivery.Candidate, finding) {
	t := d.template()
	if t == nil {
		return nil, noTemplate()
	}
	script := settings.PaysNobody // what is wrong with the payout is reported already
	if d.payee != nil {
		script = d.payee.Script
	}
	block, err := assemble(t, script, d.tag())
	if err != nil {
		return nil, failed(err)
	}
	c := candidateOf(t, script, block)
	if d.payee == nil {
		return c, warned("fix what payout reports", "height %d, %d bytes, paying nobody", t.Height, len(block))
	}
	return c, passed("height %d, %d bytes, pays %s to %s", t.Height, len(block), units.Litecoin(t.CoinbaseValue), d.payee.Text)
}

// tag is that of the blocks.
func (d *doctor) tag() string {
	if settings.CheckTag(d.Settings.Tag, len(d.Settings.Merged) > 0) != nil {
		return settings.DefaultTag // reported already, with the settings
	}
	return d.Settings.Tag
}

func candidateOf(t *template.Template, script, block []byte) *delivery.Candidate {
	return &delivery.Candidate{
		BlockHash: template.DoubleSHA256(block[:template.HeaderSize]), Height: t.Height, Value: t.CoinbaseValue, Script: script,
		Found: time.Now(), Worker: "doctor", JobID: rehearsal, Block: block,
	}
}

// auxCandidate makes the block of a merged chain that mine would search now, with the proof of an unsolved Litecoin block.
func (d *doctor) auxCandidate(c *examinedChain) (*delivery.Candidate, finding) {
	n := firstOf(c.nodes)
	if n == nil || n.template == nil || d.template() == nil {
		return nil, noTemplate()
	}
	script := settings.PaysNobody
	if c.script != nil {
		script = c.script
	}
	t := n.template
	block, err := d.assembleAux(t, script, d.tag())
	if err != nil {
		return nil, failed(err)
	}
	cand := candidateOf(t, script, block)
	if c.script == nil {
		return cand, warned("fix what payout reports", "height %d, %d bytes, paying nobody", t.Height, len(block))
	}
	return cand, passed("height %d, %d bytes, pays %s to %s", t.Height, len(block), units.Coins(t.CoinbaseValue, c.chain().Ticker), c.address)
}

// rehearsal is the ID of the job of which the examination makes its block.
const rehearsal = "rehearsal"

// assemble makes an unsolved block of a template.
func assemble(t *template.Template, script []byte, tag string) ([]byte, error) {
	j, err := template.NewJob(rehearsal, t, template.Coinbase{Script: script, Tag: tag, ExtranonceSize: solo.ExtranonceSize}, true)
	if err != nil {
		return nil, err
	}
	block, err := j.Block(template.Solution{Extranonce: make([]byte, solo.ExtranonceSize), Version: t.Version, Time: t.CurTime})
	if err == nil {
		err = solo.CheckPayout(block, t.CoinbaseValue, script)
	}
	if err != nil {
		return nil, terminal.Usage("", "please report it with the output of ltcsolo template", "the assembled block is wrong: %v", err)
	}
	return block, nil
}

// propose asks the node for its opinion of the block.
func (n *examinedNode) propose(ctx context.Context, block []byte) finding {
	opinion, err := n.client.Propose(ctx, block)
	switch {
	case err != nil:
		return failed(err)
	case opinion.Reason == "":
		return passed("the node calls the block valid but for its proof of work")
	case !opinion.Refused:
		return warned("rehearse again: nodes learn of a new tip at different times", "the node has another tip now: %s", opinion.Reason)
	}
	return finding{Result: fail, Detail: "the node objects to the block: " + opinion.Reason, node: true,
		Remedy: "see the node's debug.log; with several nodes, check that all are up to date; else report it with the output of ltcsolo template"}
}

// maySubmit reports whether the node lets this user submit blocks.
func (n *examinedNode) maySubmit(ctx context.Context) finding {
	if err := n.client.MaySubmit(ctx); err != nil {
		return failed(err)
	}
	return passed("the node takes found blocks from this user")
}

// keep stores the block in the state directory and reads it back.
func (d *doctor) keep(chain *template.Chain, c *delivery.Candidate) finding {
	var took time.Duration
	err := d.visitState(func() (err error) {
		took, err = tryJournal(d.state, run.JournalLabels(chain, d.network), c)
		return err
	})
	if err != nil {
		return failed(unkept(err))
	}
	return passed("the block is durable in %s, and reads back as it was", terminal.Short(took))
}

// mayMine reports whether a block can be mined at no cost: everything is on regtest, and mine would start.
func (d *doctor) mayMine() bool {
	for _, n := range d.nodes {
		if n.status == nil || n.status.Chain != "regtest" {
			return false
		}
	}
	for _, c := range d.merged {
		for _, n := range c.nodes {
			if n.status == nil || n.status.Chain != "regtest" {
				return false
			}
		}
		if c.script == nil || len(c.nodes) == 0 {
			return false
		}
	}
	return d.network == wallet.Regtest && d.payee != nil && d.Refused == nil && d.state != ""
}

// miningTime is longer than a block on regtest takes on any machine.
const miningTime = time.Minute

// mine finds a block of each chain with mine's own engine and miner, and journals that are removed afterwards.
func (d *doctor) mine(ctx context.Context) (f finding) {
	ctx, cancel := context.WithTimeout(ctx, miningTime)
	defer cancel()
	err := d.visitState(func() error {
		dir, err := os.MkdirTemp(d.state, ".doctor-*")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		f, err = d.search(ctx, dir)
		return err
	})
	if err != nil {
		return failed(unkept(err))
	}
	return f
}

// side makes a chain's side of an engine, with its journal within dir.
func (d *doctor) side(network template.Network, nodes []*examinedNode, script []byte, dir string) (solo.Side, error) {
	var clients []*node.Client
	for _, n := range nodes {
		clients = append(clients, n.client)
	}
	j, err := journal.Open(run.BlocksDir(dir, network.Chain), run.JournalLabels(network.Chain, d.network))
	if err != nil {
		return solo.Side{}, err
	}
	return run.NewSide(network, firstOf(nodes).client, clients, j, solo.FixedPayout(script), d.Log.Logger)
}

// search mines until a block of each chain is in its best chain. Journals are within dir.
func (d *doctor) search(ctx context.Context, dir string) (finding, error) {
	log := d.Log.Logger
	litecoin, _ := template.Litecoin.Network(string(d.network))
	main, err := d.side(litecoin, d.nodes, d.payee.Script, dir)
	if err != nil {
		return finding{}, err
	}
	cfg := solo.Config{Main: main, Tag: d.Settings.Tag, Propose: true, Log: log}
	if len(d.merged) == 0 {
		cfg.Blocks = 1 // then the search ends by itself
	}
	for _, c := range d.merged {
		side, err := d.side(c.network, c.nodes, c.script, dir)
		if err != nil {
			return finding{}, err
		}
		cfg.Merged = append(cfg.Merged, side)
	}
	engine, err := solo.New(cfg)
	if err != nil {
		return finding{}, err
	}
	kernels, threads := scrypt.Kernels(), 1
	if c := d.Settings.CPU; c != nil {
		threads = c.Threads
		if c.Kernel != nil {
			kernels = []*scrypt.Kernel{c.Kernel}
		}
	}
	trusted, err := scrypt.NewTrusted(kernels, func(k, next *scrypt.Kernel) {
		log.Error("the reference refuted a kernel", "kernel", k, "next", next)
	})
	if err != nil {
		return finding{}, err
	}
	miner, err := cpuminer.New(cpuminer.Config{
		Upstream: engine, Extranonce1: engine.Extranonce1, Threads: threads, Kernels: trusted, Log: log,
	})
	if err != nil {
		return finding{}, err
	}
	until, found := context.WithCancel(ctx)
	defer found()
	if len(d.merged) > 0 {
		go func() {
			for names, _ := accepted(engine.Stats()); until.Err() == nil && len(names) <= len(d.merged); names, _ = accepted(engine.Stats()) {
				time.Sleep(foundGap)
			}
			found()
		}()
	}
	_, took, err := run.Search(until, engine, []run.Source{miner}, run.Limits{}, func(string) {})
	if err != nil {
		return finding{}, err
	}
	if names, hashes := accepted(engine.Stats()); len(names) > len(d.merged) {
		return passed("%s mined and accepted in %s: %s", strings.Join(names, " and "), units.Duration(took.Seconds()), strings.Join(hashes, ", ")), nil
	}
	return finding{Result: fail, Detail: "no block was mined and accepted within " + units.Duration(miningTime.Seconds()),
		Remedy: "see why with --log-level debug, and in the node's debug.log", node: true}, nil
}

// foundGap is the pause between two looks at whether each chain has its block.
const foundGap = 50 * time.Millisecond

// accepted names the first accepted block of this run on each chain that has one, and gives their hashes.
func accepted(s solo.Stats) (names, hashes []string) {
	first := func(what string, blocks []delivery.Block) {
		for _, b := range blocks {
			if b.ThisRun && b.Verdict.Outcome == delivery.Accepted {
				names, hashes = append(names, fmt.Sprintf("%s %d", what, b.Height)), append(hashes, b.BlockHash.String())
				return
			}
		}
	}
	first("block", s.Blocks)
	for _, m := range s.Merged {
		first(m.Chain.Name+" block", m.Blocks)
	}
	return names, hashes
}
