package run

import (
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/template"
	"ltcsolo/wallet"
)

// stats returns the one snapshot of the run, from before its first hash on. It is safe for concurrent use.
func (r *run) stats() solo.Stats {
	e := r.running.Load()
	if e == nil {
		idle := "starting: node, address and kernels are being checked"
		if why := r.starting.Load(); why != nil {
			idle = *why
		}
		s := solo.Stats{Network: string(r.network), Started: r.began, Idle: idle}
		r.addHistory(&s)
		return s
	}
	s := e.Stats()
	s.Network, s.Address = string(r.network), r.address.Text
	if s.Job != nil {
		a, _ := wallet.FromScript(s.Job.Coinbase.Script, r.network)
		s.Address = a.Text
	}
	for i, m := range r.merged {
		s.Merged[i].Network, s.Merged[i].Address = string(r.network), m.address.Text
	}
	s.Workers = r.withRigs(workers(r.sources))
	if r.house != nil {
		s.Stratum = r.house.Stats()
	}
	s.Search.Hashes = hashed(s.Workers, s.Stratum)
	s.Search.HashRate, s.Search.HashRateError = solo.TotalRate(s.Workers)
	if c := r.cpu; c != nil {
		s.Search.Kernel, s.Search.Threads, s.Search.Nice = c.kernels.InUse().Name(), c.settings.Threads, c.settings.Nice
		s.Search.Limits = c.limits()
		if sensors := c.sensors.Load(); sensors != nil {
			s.Search.Temperature = sensors.Chip
		}
	}
	if why := paused(r.sources); why != "" && s.Searching {
		s.Searching, s.Idle = false, why
	}
	r.addHistory(&s)
	s.Money = r.account.read(&s, time.Now())
	return s
}

// chainBlocks is the blocks of a chain in a snapshot.
type chainBlocks struct {
	chain  *template.Chain
	blocks []delivery.Block
}

// chainsOf returns the blocks of every chain, Litecoin's first.
func chainsOf(st solo.Stats) []chainBlocks {
	all := []chainBlocks{{template.Litecoin, st.Blocks}}
	for _, m := range st.Merged {
		all = append(all, chainBlocks{m.Chain, m.Blocks})
	}
	return all
}

// found returns the blocks of this run. The slice is the caller's.
func (c chainBlocks) found() (found []delivery.Block) {
	for _, b := range c.blocks {
		if b.ThisRun {
			found = append(found, b)
		}
	}
	return found
}
