package solo_test

import (
	"context"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"testing"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery/deliverytest"
	"ltcsolo/solo/node"
	"ltcsolo/solo/node/nodetest"
	"ltcsolo/solo/regtest"
	"ltcsolo/template"

	"golang.org/x/sys/unix"
)

// BenchmarkNewTip measures from the node's own log line of a new tip, which came over the network, until the last of all
// workers has a job on it, or without a search, until there is one. With a merged chain, each round is run without one too, right before: the ratios compare the
// times and the hash rates with and without.
func BenchmarkNewTip(b *testing.B) {
	// As the program does.
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(workers + 2))
	defer debug.SetGCPercent(debug.SetGCPercent(50))
	defer runtime.KeepAlive(make([]byte, 32<<20))
	net := regtest.Start(b, regtest.Config{})
	net.ToMWEB(b)
	for name, noSearch := range map[string]bool{"alone": false, "no search": true} {
		b.Run(name, func(b *testing.B) {
			alone := tipRounds{noSearch: noSearch}
			for b.Loop() {
				alone.run(b, net, nil)
			}
			reportTimes(b, alone.times)
		})
	}
	for _, tt := range []struct {
		name  string
		chain func(*testing.B) mergedChain
	}{
		{"merged", goodChain},
		{"merged, node hangs", hangingChain},
		{"merged, template each millisecond", hastyChain},
	} {
		b.Run(tt.name, func(b *testing.B) {
			chain := tt.chain(b)
			var alone, merged tipRounds
			for b.Loop() {
				alone.run(b, net, nil)
				merged.run(b, net, &chain)
			}
			median, p99 := medianAndP99(alone.times)
			withMedian, withP99 := medianAndP99(merged.times)
			reportTimes(b, merged.times)
			b.ReportMetric(withMedian/median, "median-ratio")
			b.ReportMetric(withP99/p99, "p99-ratio")
			b.ReportMetric(merged.hashRate()/alone.hashRate(), "hash-rate-ratio")
			b.ReportMetric(merged.hashesPerCPU()/alone.hashesPerCPU(), "hashes-per-cpu-ratio")
		})
	}
}

// mergedChain is a merged chain of a benchmark.
type mergedChain struct {
	node func() (node solo.Node, end func()) // for one round
	tip  func()                              // brings a new tip
}

// goodChain is one with two dogecoinds where there are some, with a scripted one elsewhere.
func goodChain(b *testing.B) mergedChain {
	var chain mergedChain
	cfg := node.Config{Chain: template.Dogecoin, Network: "regtest"}
	if regtest.HasDoge(b) {
		net := regtest.StartDoge(b, regtest.Config{})
		net.ToHeight(b, regtest.AuxPoWHeight-1)
		cfg.URL, cfg.Credentials = net.Nodes[0].URL, net.Nodes[0].Credentials
		chain.tip = func() { net.Nodes[0].Generate(b, 1) }
	} else {
		s := nodetest.StartChain(b, template.Dogecoin)
		cfg.URL, cfg.Credentials = s.URL, s.Credentials
		chain.tip = func() { s.Mine() }
	}
	chain.node = func() (solo.Node, func()) {
		client, err := node.New(cfg)
		if err != nil {
			b.Fatal(err)
		}
		return slowed{client, unsolved()}, client.Close
	}
	return chain
}

// hangingChain is one whose node never answers.
func hangingChain(*testing.B) mergedChain {
	return mergedChain{node: func() (solo.Node, func()) {
		return &badNode{next: func(ctx context.Context, _ int) (*template.Template, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}}, func() {}
	}, tip: func() {}}
}

// hastyChain is one whose node gives a template on another tip each millisecond.
func hastyChain(b *testing.B) mergedChain {
	first := newAuxTemplate(b, 161, 0, hard)
	return mergedChain{node: func() (solo.Node, func()) {
		return &badNode{next: afterMillisecond(func(asked int) *template.Template {
			t := *first
			t.Height, t.PreviousBlock = int32(161+asked), template.Hash{byte(asked), byte(asked >> 8), byte(asked >> 16)}
			return &t
		})}, func() {}
	}, tip: func() {}}
}

// unsolved is how many hashes solve a block of a benchmark: more than there will be.
func unsolved() *atomic.Int64 {
	n := new(atomic.Int64)
	n.Store(1 << 50)
	return n
}

// tipRounds is what rounds with a miner of their own have shown.
type tipRounds struct {
	noSearch bool // the processors are idle
	times    []time.Duration
	hashes   uint64
	took     time.Duration // of those hashes
	cpu      time.Duration // that this process spent meanwhile, on whatever
}

func (r *tipRounds) hashRate() float64 { return float64(r.hashes) / r.took.Seconds() }

// hashesPerCPU is the hash rate of one processor that this process has for itself, whatever else runs on the machine.
func (r *tipRounds) hashesPerCPU() float64 { return float64(r.hashes) / r.cpu.Seconds() }

// run is one round: a miner whose workers hash all the time, and some new tips, each with one of the merged chain just before.
func (r *tipRounds) run(b *testing.B, net *regtest.Network, chain *mergedChain) {
	const tips, between = 10, 500 * time.Millisecond
	type taken struct {
		tip template.Hash
		at  time.Time
	}
	jobs := make(chan taken, 100)
	takers := workers
	if r.noSearch {
		takers = 1
	}
	n := net.Nodes[0]
	rig := mine(b, n, func(c *setup) {
		c.Node = slowed{c.Node.(*node.Client), unsolved()}
		c.noSearch = r.noSearch
		c.watch = func(j *template.Job) {
			select {
			case jobs <- taken{j.Template.PreviousBlock, time.Now()}:
			default: // the loop has ended
			}
		}
		if chain == nil {
			return
		}
		templates, end := chain.node()
		b.Cleanup(end)
		doge, withDoge := withMerged(b, deliverytest.Accept)
		doge.change = append(doge.change, func(s *solo.Side) { s.Node = templates })
		withDoge(&c.config)
	})
	defer rig.stop()
	for range takers {
		<-jobs
	}
	for range tips {
		// What a start, a tip and this test take of the processors is over.
		began, hashes, cpu := time.Now(), rig.miner.Hashes(), processTime(b)
		time.Sleep(between)
		r.hashes += rig.miner.Hashes() - hashes
		r.took += time.Since(began)
		r.cpu += processTime(b) - cpu
		if chain != nil {
			chain.tip()
		}
		hash, err := template.ParseHash(net.Nodes[1].Generate(b, 1)[0])
		if err != nil {
			b.Fatal(err)
		}
		var last time.Time
		for n := 0; n < takers; {
			if j := <-jobs; j.tip == hash {
				n++
				last = j.at
			}
		}
		// To read the node's log any sooner would take a processor.
		r.times = append(r.times, last.Sub(n.WaitTip(b, hash.String()).Time))
	}
}

// processTime is what this process has spent of processors.
func processTime(b *testing.B) time.Duration {
	b.Helper()
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
