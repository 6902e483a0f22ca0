package doctor

import (
	"context"
	"os"
	"path/filepath"
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
	for _, n := range d.nodes {
		if n.status == nil {
			continue // reported already
		}
		if len(d.nodes) > 1 {
			r.about = n.cfg.URL
		}
		if c != nil {
			r.do(ctx, check{"rehearsal: proposal", func(ctx context.Context) finding { return n.propose(ctx, c.Block) }})
		}
		r.do(ctx, check{"rehearsal: submit", n.maySubmit})
	}
	r.about = ""
	if c != nil && d.state != "" {
		r.do(ctx, check{"rehearsal: journal", func(context.Context) finding { return d.keep(c) }})
	}
	if r.count(fail) == 0 && d.mayMine() {
		r.do(ctx, check{"rehearsal: mining", d.mine})
	}
}

// candidate makes the block that mine would search now, unsolved.
func (d *doctor) candidate() (*delivery.Candidate, finding) {
	t := d.template()
	if t == nil {
		return nil, finding{Result: fail, Detail: "no block can be assembled: no node gives a template", Remedy: "fix the node", node: true}
	}
	script := settings.PaysNobody // what is wrong with the payout is reported already
	if d.payee != nil {
		script = d.payee.Script
	}
	tag := d.Settings.Tag
	if settings.CheckTag(tag, len(d.Settings.Merged) > 0) != nil {
		tag = settings.DefaultTag // reported already, with the settings
	}
	block, err := assemble(t, script, tag)
	if err != nil {
		return nil, failed(err)
	}
	c := &delivery.Candidate{
		BlockHash: template.DoubleSHA256(block[:template.HeaderSize]), Height: t.Height, Value: t.CoinbaseValue, Script: script,
		Found: time.Now(), Worker: "doctor", JobID: rehearsal, Block: block,
	}
	if d.payee == nil {
		return c, warned("fix what payout reports", "height %d, %d bytes, paying nobody", t.Height, len(block))
	}
	return c, passed("height %d, %d bytes, pays %s to %s", t.Height, len(block), units.Litecoin(t.CoinbaseValue), d.payee.Text)
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
func (d *doctor) keep(c *delivery.Candidate) finding {
	var took time.Duration
	err := d.visitState(func() (err error) {
		took, err = tryJournal(d.state, d.labels(), c)
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
	return d.network == wallet.Regtest && d.payee != nil && d.Refused == nil && d.state != ""
}

// miningTime is longer than a block on regtest takes on any machine.
const miningTime = time.Minute

// mine finds a block with mine's own engine and miner, and a journal that is removed afterwards.
func (d *doctor) mine(ctx context.Context) (f finding) {
	ctx, cancel := context.WithTimeout(ctx, miningTime)
	defer cancel()
	err := d.visitState(func() error {
		dir, err := os.MkdirTemp(d.state, ".doctor-*")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		j, err := journal.Open(filepath.Join(dir, "blocks"), d.labels())
		if err != nil {
			return err
		}
		f, err = d.search(ctx, j)
		return err
	})
	if err != nil {
		return failed(unkept(err))
	}
	return f
}

// search mines one block.
func (d *doctor) search(ctx context.Context, j *journal.Journal) (finding, error) {
	log := d.Log.Logger
	var clients []*node.Client
	for _, n := range d.nodes {
		clients = append(clients, n.client)
	}
	litecoin, _ := template.Litecoin.Network(string(d.network))
	side, err := run.NewSide(litecoin, d.first().client, clients, j, solo.FixedPayout(d.payee.Script), log)
	if err != nil {
		return finding{}, err
	}
	engine, err := solo.New(solo.Config{Main: side, Tag: d.Settings.Tag, Propose: true, Blocks: 1, Log: log})
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
	_, took, err := run.Search(ctx, engine, []run.Source{miner}, run.Limits{}, func(string) {})
	if err != nil {
		return finding{}, err
	}
	for _, found := range engine.Stats().Found() {
		if found.Verdict.Outcome == delivery.Accepted {
			return passed("block %d mined and accepted in %s: %s", found.Height, units.Duration(took.Seconds()), found.BlockHash), nil
		}
	}
	return finding{Result: fail, Detail: "no block was mined and accepted within " + units.Duration(miningTime.Seconds()),
		Remedy: "see why with --log-level debug, and in the node's debug.log", node: true}, nil
}
