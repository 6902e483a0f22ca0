package stratum_test

import (
	"fmt"
	"net"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"ltcsolo/solo/scrypt"
	"ltcsolo/solo/stratum/stratumtest"
	"ltcsolo/template"
)

// Passwords of clients.
const (
	everyHash = "d=0.0000152587890625" // nearly every hash is a good share
	tooHard   = "d=64"                 // hardly any is
	fast      = "d=65536"
	slow      = "d=1"
)

// report reports a figure, and beside it what it should be.
func report(b *testing.B, unit string, figure, goal float64) {
	b.ReportMetric(figure, unit)
	b.ReportMetric(goal, unit+"-goal")
}

func milliseconds(d time.Duration) float64 { return d.Seconds() * 1000 }

// perShare reports the processor time that the server has used for each share, and beside it that of the clients, in µs.
func perShare(b *testing.B, server, clients time.Duration, shares int) {
	b.ReportMetric(server.Seconds()*1e6/float64(shares), "server-µs/share")
	b.ReportMetric(clients.Seconds()*1e6/float64(shares), "client-µs/share")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkShares measures shares from line in to line out: 256 sessions of which each sends a share as soon as the last one
// is answered, and one worker that checks them. x-xcrypto is the ratio to the same server with x/crypto/scrypt in place of
// the kernels, which is measured in turn with it. One iteration is a round of both. The clients take processor time that
// the server could use.
func BenchmarkShares(b *testing.B) {
	const sessions, each = 256, 32
	ours, reference := serveOn(b, nil, accepting()), serveOn(b, []*scrypt.Kernel{}, accepting())
	ours.templates <- newTemplate(b, 1, hard, small)
	reference.templates <- newTemplate(b, 1, hard, small)
	c, r := ours.gather(b, sessions, everyHash), reference.gather(b, sessions, everyHash)
	c.busy(each)
	r.busy(1)
	before := ours.pool.Stats()
	var rates, references []float64
	var server, clients time.Duration
	for b.Loop() {
		used := processorTime()
		t := c.busy(each)
		server += processorTime() - used
		clients += t.Processor
		rates = append(rates, float64(t.Count)/t.Took.Seconds())
		t = r.busy(1)
		references = append(references, float64(t.Count)/t.Took.Seconds())
	}
	report(b, "shares/s", median(rates), 20_000)
	report(b, "x-xcrypto", median(rates)/median(references), 5)
	perShare(b, server, clients, len(rates)*sessions*each)
	after := ours.pool.Stats()
	b.ReportMetric(float64(after.Hashed-before.Hashed)/float64(after.Batches-before.Batches), "headers/batch")
}

// BenchmarkLoneShare measures a share from line in to line out while nobody else sends one.
func BenchmarkLoneShare(b *testing.B) {
	s := serveOn(b, nil, accepting())
	s.templates <- newTemplate(b, 1, hard, small)
	c := s.gather(b, 1, everyHash)
	c.busy(100)
	var half, most []float64
	for b.Loop() {
		t := c.busy(1000)
		half, most = append(half, milliseconds(t.P50)), append(most, milliseconds(t.P99))
	}
	report(b, "p50-ms", median(half), 0.6)
	report(b, "p99-ms", median(most), 5)
	b.ReportMetric(0, "ns/op")
}

// BenchmarkBlockShare measures from a block's line in until the node has read the whole submitblock request: by itself, and
// while another session sends nothing but low shares as fast as they are answered.
func BenchmarkBlockShare(b *testing.B) {
	b.Run("alone", func(b *testing.B) {
		half, most := submitBlocks(b, func(*served) {})
		report(b, "p50-ms", half, 3)
		b.ReportMetric(most, "p99-ms")
	})
	b.Run("flood", func(b *testing.B) {
		var s *served
		var began time.Time
		half, most := submitBlocks(b, func(flooded *served) {
			newCrowd(b).flood(flooded)
			s, began = flooded, time.Now()
		})
		b.ReportMetric(half, "p50-ms")
		report(b, "p99-ms", most, 30)
		refused := s.Stats().Low + s.Stats().Stale // low ones are stale too when their job is
		b.ReportMetric(float64(refused)/time.Since(began).Seconds(), "refused/s")
	})
}

// submitBlocks returns the median and the 99th percentile in milliseconds, after others have begun what they do meanwhile.
func submitBlocks(b *testing.B, others func(*served)) (half, most float64) {
	arrived := make(chan time.Time, 1)
	s := serveOn(b, nil, nodeOf(b, arrived))
	s.templates <- newTemplate(b, 1, easy, small)
	m := benchMiner(b, s)
	others(s)
	var took []float64
	var w *stratumtest.Work
	for i := 2; b.Loop(); i++ {
		var err error
		if w, err = m.Next(w); err != nil {
			b.Fatal(err)
		}
		block := w.Share()
		if !block.Solve(w.Target(), 10_000) {
			b.Fatal("no block found")
		}
		_, line := m.Lines(block)
		began := time.Now()
		if err := m.Write(line); err != nil {
			b.Fatal(err)
		}
		took = append(took, milliseconds((<-arrived).Sub(began)))
		next := newTemplate(b, 0, easy, small)
		next.PreviousBlock = template.Hash{byte(i), byte(i >> 8), 1} // each tip is won once
		s.templates <- next
	}
	slices.Sort(took)
	b.ReportMetric(0, "ns/op")
	return took[len(took)/2], took[len(took)*99/100]
}

func benchMiner(b *testing.B, s *served) *stratumtest.Miner {
	b.Helper()
	conn, err := net.Dial("tcp", s.address)
	if err != nil {
		b.Fatal(err)
	}
	m, err := stratumtest.Connect(conn, stratumtest.Config{User: "rig", Password: tooHard})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(m.Close)
	return m
}

// BenchmarkNotify measures from the moment when a new block's template comes until 99 % of all clients, and half of them,
// have read of it. In the last part the clients are those that have 99 % of the hash rate, among 10,000. One iteration is a
// block; medians are reported.
func BenchmarkNotify(b *testing.B) {
	for _, c := range []struct {
		name       string
		fast, slow int
		goal       float64 // p99, in ms
	}{
		{"1000", 1000, 0, 30}, {"10000", 10_000, 0, 200}, {"fastest", 100, 9900, 10},
	} {
		b.Run(c.name, func(b *testing.B) {
			s := serveOn(b, nil, accepting())
			s.templates <- newTemplate(b, 1, hard, mixed)
			crowds := []*crowd{s.gather(b, c.fast, fast)}
			if c.slow > 0 {
				crowds = append(crowds, s.gather(b, c.slow, slow))
			}
			var half, most []float64
			var server, clients time.Duration
			for i := byte(2); b.Loop(); i++ {
				var waits []func() times
				for _, c := range crowds {
					waits = append(waits, c.news())
				}
				tmpl := newTemplate(b, i, hard, mixed)
				used, began := processorTime(), time.Now()
				s.templates <- tmpl
				t := waits[0]()
				half, most = append(half, milliseconds(t.Half.Sub(began))), append(most, milliseconds(t.Most.Sub(began)))
				clients += t.Processor
				for _, wait := range waits[1:] {
					clients += wait().Processor
				}
				server += processorTime() - used
			}
			b.ReportMetric(median(half), "half-ms")
			report(b, "p99-ms", median(most), c.goal)
			b.ReportMetric(milliseconds(server)/float64(len(half)), "server-cpu-ms")
			b.ReportMetric(milliseconds(clients)/float64(len(half)), "client-cpu-ms")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkReconnect measures how long it takes until 10,000 clients that have lost their server all have work from the
// next one. They connect at the same moment. One iteration is a lost server.
func BenchmarkReconnect(b *testing.B) {
	const n = 10_000
	s := serveOn(b, nil, accepting())
	s.templates <- newTemplate(b, 1, hard, mixed)
	c := s.gather(b, n, slow)
	var took []float64
	for b.Loop() {
		s.stop()
		c.leave()
		s = serveOn(b, nil, accepting())
		s.templates <- newTemplate(b, 1, hard, mixed)
		began := time.Now()
		c.connect(s, n, slow)
		took = append(took, time.Since(began).Seconds())
	}
	report(b, "s", median(took), 10)
	b.ReportMetric(0, "ns/op")
}

// BenchmarkIdleSessions measures the resident memory of this process with 10 and with 10,000 sessions that have work and
// say nothing: the most that it was, and what is left without garbage.
func BenchmarkIdleSessions(b *testing.B) {
	for _, c := range []struct {
		sessions int
		goal     float64 // in MB
	}{
		{10, 60}, {10_000, 120},
	} {
		b.Run(strconv.Itoa(c.sessions), func(b *testing.B) {
			debug.FreeOSMemory() // what the benchmarks before have left
			s := serveOn(b, nil, accepting())
			s.templates <- newTemplate(b, 1, hard, mixed)
			s.gather(b, c.sessions, slow)
			memory := resident(b)
			for b.Loop() {
				runtime.GC()
			}
			report(b, "MB", max(memory, resident(b))/1e6, c.goal)
			debug.FreeOSMemory()
			b.ReportMetric(resident(b)/1e6, "MB-in-use")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkSteadySessions measures what sessions cost that each send a share each 10 s: the part of a processor, and the
// resident memory of this process, as in BenchmarkIdleSessions. One iteration is 10 s.
func BenchmarkSteadySessions(b *testing.B) {
	for _, c := range []struct {
		sessions   int
		cores, mem float64 // goals, processors and MB
	}{
		{100, 0.02, 60}, {10_000, 0.5, 250},
	} {
		b.Run(strconv.Itoa(c.sessions), func(b *testing.B) {
			debug.FreeOSMemory() // what the benchmarks before have left
			s := serveOn(b, nil, accepting())
			s.templates <- newTemplate(b, 1, hard, mixed)
			clients := s.gather(b, c.sessions, everyHash)
			var server, took, crowd time.Duration
			var most, memory []float64
			shares := 0
			for b.Loop() {
				used := processorTime()
				t := clients.steady(10 * time.Second)
				server += processorTime() - used
				took += t.Took
				crowd += t.Processor
				shares += t.Count
				most, memory = append(most, milliseconds(t.P99)), append(memory, resident(b))
			}
			report(b, "cores", server.Seconds()/took.Seconds(), c.cores)
			report(b, "MB", slices.Max(memory)/1e6, c.mem)
			debug.FreeOSMemory()
			b.ReportMetric(resident(b)/1e6, "MB-in-use")
			b.ReportMetric(median(most), "p99-ms")
			perShare(b, server, crowd, shares)
		})
	}
}

// resident returns the bytes of this process that are in memory now, garbage among them.
func resident(b *testing.B) float64 {
	b.Helper()
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		var kB float64
		if _, err := fmt.Sscanf(line, "VmRSS: %f kB", &kB); err == nil {
			return kB * 1024
		}
	}
	b.Fatal("no VmRSS")
	return 0
}

func median(all []float64) float64 {
	all = slices.Sorted(slices.Values(all))
	return all[len(all)/2]
}
