package main

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/urfave/cli/v2"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/template"
	"ltcsolo/wallet"
)

const descriptorUsage = "`DESCRIPTOR`: a watch-only wallet's, such as wpkh(zpub.../0/*), or its account's zpub or Mtub alone"

// checkExclusive refuses flags that exclude one another.
func checkExclusive(ctx *cli.Context) error {
	given := slices.DeleteFunc(slices.Clone(exclusive), func(name string) bool { return !ctx.IsSet(name) })
	if len(given) > 1 {
		return usage("give one of them", "--%s exclude one another", strings.Join(given, " and --"))
	}
	return nil
}

// decodeDescriptor reads a descriptor of the named network, or of any if the name is empty.
func decodeDescriptor(text, network string) (*wallet.Descriptor, error) {
	if network == "" {
		return wallet.ParseAnyDescriptor(text)
	}
	n, err := wallet.ParseNetwork(network)
	if err != nil {
		return nil, err
	}
	return wallet.ParseDescriptor(text, n)
}

// indexTime is how long a job waits for the disk to take the index of a found block. After it the job pays the last
// address again: that is better than not to search.
const indexTime = 2 * time.Second

// freshPayout pays each found block to another address of a descriptor. An address is not paid before its index is
// durable. It logs and alerts outside of its lock, since a found block waits for that.
type freshPayout struct {
	descriptor *wallet.Descriptor
	index      payoutIndex
	blocks     func() []delivery.Block // found so far, of earlier runs too
	alerts     *solo.Alerts
	log        *slog.Logger

	mu      sync.Mutex
	owed    []payment     // blocks whose index is not durable yet
	writing chan struct{} // closed by write when it ends; nil while it does not run
}

// payoutIndex is a *wallet.Index.
type payoutIndex interface {
	Next() uint32
	Address() wallet.Address
	Used(script []byte, blockHash string) error
}

// payment is a found block and the script that it pays.
type payment struct {
	script    []byte
	blockHash template.Hash
}

var _ solo.Payout = (*freshPayout)(nil)

// Script is that of the address at the index.
func (p *freshPayout) Script() []byte {
	p.wait()
	return p.index.Address().Script
}

// Found has the index move on.
func (p *freshPayout) Found(script []byte, blockHash template.Hash) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.owed = append(p.owed, payment{script, blockHash})
	p.start()
}

// wait waits, not for long, until the disk has every index; what it has refused before is tried again.
func (p *freshPayout) wait() {
	p.mu.Lock()
	p.start()
	writing := p.writing
	p.mu.Unlock()
	if writing == nil {
		return
	}
	limit := time.NewTimer(indexTime)
	defer limit.Stop()
	select {
	case <-writing:
	case <-limit.C:
		p.disk("the disk is slow to take the descriptor's index")
		select {
		case <-writing: // just now: write may not have seen the alert
			p.alerts.End(solo.AlertIndex, "")
		default:
		}
	}
}

// start has what is owed written. The caller holds mu.
func (p *freshPayout) start() {
	if p.writing == nil && len(p.owed) > 0 {
		p.writing = make(chan struct{})
		go p.write()
	}
}

// write moves the index on for each block that is owed, until the disk refuses.
func (p *freshPayout) write() {
	for {
		err := p.moveOn()
		p.mu.Lock()
		if err != nil || len(p.owed) == 0 {
			close(p.writing)
			p.writing = nil
			p.mu.Unlock()
			if err == nil {
				p.alerts.End(solo.AlertIndex, "")
			}
			return
		}
		p.mu.Unlock()
	}
}

func (p *freshPayout) moveOn() error {
	before := p.index.Next()
	for {
		p.mu.Lock()
		if len(p.owed) == 0 {
			p.mu.Unlock()
			break
		}
		next := p.owed[0]
		p.mu.Unlock()
		if err := p.index.Used(next.script, next.blockHash.String()); err != nil {
			p.disk(err.Error())
			return err
		}
		p.mu.Lock()
		p.owed = p.owed[1:]
		p.mu.Unlock()
	}
	if next := p.index.Next(); next != before {
		p.log.Info("found blocks pay", "address", p.index.Address().Text, "index", next)
		p.checkGap()
	}
	return nil
}

// disk says that the index stays behind.
func (p *freshPayout) disk(why string) {
	p.alerts.Raise(solo.Alert{Key: solo.AlertIndex, Text: why + ": the next block pays to the last address again",
		Remedy: "free or mend the disk of the state directory"})
}

// checkGap tells when a wallet may not see the next address: blocks that the chain did not keep use one up too.
func (p *freshPayout) checkGap() {
	next := p.index.Next()
	if unpaid(p.descriptor, next, p.blocks()) < wallet.GapLimit {
		p.alerts.End(solo.AlertGap, "")
		return
	}
	p.alerts.Raise(solo.Alert{
		Key: solo.AlertGap,
		Text: fmt.Sprintf("no block in the chain pays any of the last %d addresses of the descriptor: a wallet that looks no further does not see the next ones",
			wallet.GapLimit),
		Remedy: fmt.Sprintf("set the wallet's gap limit to more than %d", next),
	})
}

// unpaid is how many addresses before the next one no block in the chain pays; of the last wallet.GapLimit.
func unpaid(d *wallet.Descriptor, next uint32, blocks []delivery.Block) int {
	n := 0
	for i := int64(next) - 1; i >= 0 && n < wallet.GapLimit; i, n = i-1, n+1 {
		a, err := d.Address(uint32(i))
		if err == nil && slices.ContainsFunc(blocks, func(b delivery.Block) bool {
			return b.InChain() && slices.Equal(b.Script, a.Script)
		}) {
			break
		}
	}
	return n
}

// openDescriptor makes the payout to fresh addresses of r.descriptor.
func (r *miningRun) openDescriptor() error {
	index, err := wallet.OpenIndex(r.state, r.descriptor)
	if err != nil {
		return err
	}
	first, err := r.descriptor.Address(0)
	if err != nil {
		return err
	}
	_, sum, _ := strings.Cut(r.descriptor.String(), "#")
	r.log.Info("each found block pays to a fresh address: compare the first with your wallet", "first_address", first.Text,
		"checksum", sum, "index", index.Next(), "gap_limit", wallet.GapLimit)
	r.address = index.Address()
	r.fresh = &freshPayout{descriptor: r.descriptor, index: index, blocks: r.blocksSoFar, alerts: r.alerts, log: r.log.Logger}
	r.fresh.checkGap()
	return nil
}

// blocksSoFar are those that the journal had at the start and those of this run.
func (r *miningRun) blocksSoFar() []delivery.Block {
	blocks := slices.Clone(r.earlier)
	if e := r.running.Load(); e != nil {
		blocks = append(blocks, e.Stats().Blocks...)
	}
	return blocks
}
