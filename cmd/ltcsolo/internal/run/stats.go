package run

import (
	"math"

	"ltcsolo/solo"
	"ltcsolo/wallet"
)

// stats returns the one snapshot of the run, from before its first hash on. It is safe for concurrent use.
func (r *run) stats() solo.Stats {
	e := r.running.Load()
	if e == nil {
		return solo.Stats{Network: string(r.network), Started: r.began, Idle: "starting: node, address and kernels are being checked"}
	}
	s := e.Stats()
	s.Network, s.Address = string(r.network), r.address.Text
	if s.Job != nil {
		a, _ := wallet.FromScript(s.Job.Coinbase.Script, r.network)
		s.Address = a.Text
	}
	s.Workers = workers(r.sources)
	if r.house != nil {
		s.Stratum = r.house.Stats()
	}
	s.Search.Hashes = hashed(s.Workers, s.Stratum)
	s.Search.HashRate, s.Search.HashRateError = solo.TotalRate(s.Workers)
	if c := r.cpu; c != nil {
		s.Search.Kernel, s.Search.Threads, s.Search.Nice = c.kernels.InUse().Name(), c.settings.Threads, c.settings.Nice
		s.Search.Temperature, s.Search.Limits = math.Float64frombits(c.temperature.Load()), c.limits()
	}
	if why := paused(r.sources); why != "" && s.Searching {
		s.Searching, s.Idle = false, why
	}
	return s
}
