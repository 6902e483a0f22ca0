package main

import (
	"context"
	"fmt"
	"math"
	"strings"
	"sync/atomic"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/limits"
	"ltcsolo/wallet"
)

// machine is what is measured of this machine while a run goes on. It is safe for concurrent use.
type machine struct {
	hashRate    atomic.Uint64 // bits of H/s
	temperature atomic.Uint64 // bits of degrees Celsius; 0: none known
}

// measure keeps the measurements fresh until ctx ends.
func (r *miningRun) measure(ctx context.Context) {
	const every, seldom = time.Second, 10 // the sensors are asked at one tick of so many
	var m meter
	tick := time.NewTicker(every)
	defer tick.Stop()
	for n := 0; ; n++ {
		r.machine.hashRate.Store(math.Float64bits(m.rate(time.Now(), r.miner.Hashes())))
		if n%seldom == 0 {
			celsius, _, err := limits.ReadTemperature()
			if err != nil {
				celsius = 0
			}
			r.machine.temperature.Store(math.Float64bits(celsius))
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// stats is the one snapshot of the run, from before its first hash on. It is safe for concurrent use.
func (r *miningRun) stats() solo.Stats {
	network := wallet.Network(r.discovery.Network)
	e := r.running.Load()
	if e == nil {
		return solo.Stats{Network: string(network), Started: r.began, Idle: "starting: node, address and kernels are being checked"}
	}
	s := e.Stats()
	s.Network, s.Address = string(network), r.address.Text
	if s.Job != nil {
		a, _ := wallet.FromScript(s.Job.Coinbase.Script, network)
		s.Address = a.Text
	}
	s.Search = solo.Search{
		Kernel: r.kernels.InUse().Name(), Threads: r.settings.threads, Nice: r.settings.nice, Hashes: r.miner.Hashes(),
		Best:        r.engine.Best(),
		HashRate:    math.Float64frombits(r.machine.hashRate.Load()),
		Temperature: math.Float64frombits(r.machine.temperature.Load()),
		Limits:      r.limits(),
	}
	for _, l := range r.limiter.Limits() { // the engine does not know of them
		if l.Holding && s.Searching {
			asked := strings.TrimSuffix("--"+l.Name+" "+l.Setting, " true")
			s.Searching, s.Idle = false, fmt.Sprintf("paused by %s: %s", asked, l.Why)
		}
	}
	return s
}
