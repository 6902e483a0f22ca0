package run

import (
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/template"
	"ltcsolo/wallet"
)

// indexTime is how long a job waits for the disk to store the index of a found block. After that the job pays the last
// address again, which is better than not to mine.
const indexTime = 2 * time.Second

// freshPayout pays each found block to another address of a descriptor. No job pays an address before the index is
// durable. It logs and raises alerts outside of its lock, which a found block waits for.
type freshPayout struct {
	descriptor *wallet.Descriptor
	index      payoutIndex
	blocks     func() []delivery.Block // found so far, in earlier runs too
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

// Script returns the script of the address at the index.
func (p *freshPayout) Script() []byte {
	p.wait()
	return p.index.Address().Script
}

// Found moves the index on.
func (p *freshPayout) Found(script []byte, blockHash template.Hash) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.owed = append(p.owed, payment{script, blockHash})
	p.start()
}

// wait waits until every index is durable, for at most indexTime. It tries again what the disk has refused before.
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
		p.raiseIndex("the disk is slow to store the descriptor's index")
		select {
		case <-writing: // just now, and write may not have seen the alert
			p.alerts.End(solo.AlertIndex, "")
		default:
		}
	}
}

// start writes what is owed in a goroutine, unless one runs. The caller holds mu.
func (p *freshPayout) start() {
	if p.writing == nil && len(p.owed) > 0 {
		p.writing = make(chan struct{})
		go p.write()
	}
}

// write moves the index on for each block that is owed, until the disk refuses one.
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

// moveOn moves the index on for the blocks that are owed now.
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
			p.raiseIndex(err.Error())
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

// raiseIndex raises the alert that the index is behind.
func (p *freshPayout) raiseIndex(why string) {
	p.alerts.Raise(solo.Alert{Key: solo.AlertIndex, Text: why + ": the next block pays to the last address again",
		Remedy: "free space on the disk of the state directory, or replace it"})
}

// checkGap raises an alert when a wallet may not see the next address: blocks that the chain did not keep use one up too.
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

// unpaid returns how many addresses just before the next one no block in the chain pays, at most wallet.GapLimit.
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

// blocksSoFar returns the blocks that the journal had at the start and those of this run.
func (r *run) blocksSoFar() []delivery.Block {
	blocks := slices.Clone(r.earlier)
	if e := r.running.Load(); e != nil {
		blocks = append(blocks, e.Stats().Blocks...)
	}
	return blocks
}
