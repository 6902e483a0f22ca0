package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/cpuminer"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/journal"
	"ltcsolo/solo/scrypt"
	"ltcsolo/template"
)

// rehearseAll goes the way of a block, as far as it can be gone without one.
func (d *doctor) rehearseAll(ctx context.Context, r *diagnosis) {
	var c *delivery.Candidate
	r.do(ctx, check{"rehearsal: block", func(context.Context) (f finding) {
		c, f = d.assemble()
		return f
	}})
	for _, p := range d.nodes {
		if p.status == nil {
			continue // said already
		}
		if len(d.nodes) > 1 {
			r.about = p.cfg.URL
		}
		if c != nil {
			r.do(ctx, check{"rehearsal: proposal", func(ctx context.Context) finding { return p.propose(ctx, c.Block) }})
		}
		r.do(ctx, check{"rehearsal: submit", p.maySubmit})
	}
	r.about = ""
	if c != nil && d.state != "" {
		r.do(ctx, check{"rehearsal: journal", func(context.Context) finding { return d.keep(c) }})
	}
	if r.count(fail) == 0 && d.mayMine() {
		r.do(ctx, check{"rehearsal: mining", d.mine})
	}
}

// assemble makes the unsolved block that would be searched now.
func (d *doctor) assemble() (*delivery.Candidate, finding) {
	t := d.template()
	if t == nil {
		return nil, finding{Result: fail, Detail: "no block can be assembled: no node gives a template", Remedy: "mend the node", node: true}
	}
	script := nobody // what is wrong with the payout is said already
	if d.payee != nil {
		script = d.payee.Script
	}
	tag := d.flags.String("tag")
	if checkTag(tag) != nil {
		tag = defaultTag // likewise, of the settings
	}
	j, err := template.NewJob("rehearsal", t, template.Coinbase{Script: script, Tag: tag, ExtranonceSize: solo.ExtranonceSize}, true)
	if err != nil {
		return nil, failed(err)
	}
	block, err := j.Block(template.Solution{Extranonce: make([]byte, solo.ExtranonceSize), Version: t.Version, Time: t.CurTime})
	if err == nil {
		err = solo.CheckPayout(block, t.CoinbaseValue, script)
	}
	if err != nil {
		return nil, failed(&failure{exitUsage, "the assembled block is wrong: " + err.Error(), "please report it with the output of ltcsolo template"})
	}
	c := &delivery.Candidate{
		BlockHash: template.DoubleSHA256(block[:template.HeaderSize]), Height: t.Height, Value: t.CoinbaseValue, Script: script,
		Found: time.Now(), Worker: "doctor", JobID: j.ID, Block: block,
	}
	if d.payee == nil {
		return c, warned("mend what is said of payout", "height %d, %d bytes, paying nobody", t.Height, len(block))
	}
	return c, passed("height %d, %d bytes, pays %s to %s", t.Height, len(block), litecoins(t.CoinbaseValue), d.payee.Text)
}

// propose asks a node what it would say of the block.
func (p *patient) propose(ctx context.Context, block []byte) finding {
	opinion, err := p.client.Propose(ctx, block)
	switch {
	case err != nil:
		return failed(err)
	case opinion.Reason == "":
		return passed("the node calls the block valid but for its proof of work")
	case !opinion.Refused:
		return warned("rehearse again: nodes learn of a new tip at different moments", "the node has another tip now: %s", opinion.Reason)
	}
	return finding{Result: fail, Detail: "the node objects to the block: " + opinion.Reason, node: true,
		Remedy: "see the node's debug.log; with several nodes, that all are up to date; else report it with the output of ltcsolo template"}
}

// maySubmit asks whether the node would look at a found block of this user.
func (p *patient) maySubmit(ctx context.Context) finding {
	if err := p.client.MaySubmit(ctx); err != nil {
		return failed(err)
	}
	return passed("the node takes found blocks from this user")
}

// keep writes the block to the state directory and reads it back.
func (d *doctor) keep(c *delivery.Candidate) finding {
	var took time.Duration
	err := d.visitState(func() (err error) {
		took, err = tryJournal(d.state, d.labels(), c)
		return err
	})
	if err != nil {
		return failed(unkept(err))
	}
	return passed("the block is durable in %s, and reads back as it was", milliseconds(took))
}

// mayMine reports whether all there is to lose is regtest's.
func (d *doctor) mayMine() bool {
	for _, p := range d.nodes {
		if p.status == nil || p.status.Chain != "regtest" {
			return false
		}
	}
	return d.network == "regtest" && d.payee != nil && d.settings != nil && d.state != ""
}

// miningTime is more than a block of regtest takes on any machine.
const miningTime = time.Minute

// mine finds a block with mine's own engine and searchers. Its journal goes with the rehearsal.
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

func (d *doctor) search(ctx context.Context, j *journal.Journal) (finding, error) {
	var nodes []delivery.Node
	for _, p := range d.nodes {
		nodes = append(nodes, p.client)
	}
	chain, _ := template.Litecoin.Network("regtest")
	courier, err := delivery.New(delivery.Config{Nodes: nodes, Journal: j, Maturity: chain.Maturity, Log: d.log.Logger})
	if err != nil {
		return finding{}, err
	}
	engine, err := solo.New(solo.Config{
		Main: solo.Side{Chain: template.Litecoin, Node: d.first().client, Courier: courier, Payout: solo.FixedPayout(d.payee.Script)},
		Tag:  d.settings.tag, Propose: true, Blocks: 1, Log: d.log.Logger,
	})
	if err != nil {
		return finding{}, err
	}
	kernels := scrypt.Kernels()
	if k := d.settings.kernel; k != nil {
		kernels = []*scrypt.Kernel{k}
	}
	trusted, err := scrypt.NewTrusted(kernels, func(k, next *scrypt.Kernel) {
		d.log.Error("the reference refuted a kernel", "kernel", k, "next", next)
	})
	if err != nil {
		return finding{}, err
	}
	miner, err := cpuminer.New(cpuminer.Config{
		Upstream: engine, Extranonce1: engine.Extranonce1, Threads: d.settings.threads, Kernels: trusted, Log: d.log.Logger,
	})
	if err != nil {
		return finding{}, err
	}
	began := time.Now()
	searching, endSearch := context.WithCancel(ctx)
	running, endEngine := context.WithCancel(context.WithoutCancel(ctx))
	defer endEngine()
	searched, ran := make(chan error, 1), make(chan error, 1)
	go func() { ran <- engine.Run(running) }()
	go func() { searched <- miner.Run(searching) }()
	select {
	case <-engine.Done():
	case <-ctx.Done():
	}
	endSearch()
	err = <-searched
	endEngine()
	if err := errors.Join(err, <-ran); err != nil {
		return finding{}, err
	}
	for _, found := range engine.Stats().Found() {
		if found.Verdict.Outcome == delivery.Accepted {
			return passed("block %d mined and accepted in %s: %s", found.Height, duration(time.Since(began).Seconds()), found.BlockHash), nil
		}
	}
	return finding{Result: fail, Detail: "no block was mined and accepted within " + duration(miningTime.Seconds()),
		Remedy: "see why with --log-level debug, and in the node's debug.log", node: true}, nil
}
