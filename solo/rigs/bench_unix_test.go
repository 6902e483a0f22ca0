//go:build unix

package rigs

import (
	"net"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"ltcsolo/solo/rigs/rigstest"
)

// BenchmarkAsk asks a miner on the loopback interface, as it is asked every minute. %core is the part of a processor that a
// thousand such miners take; the scripted miner's own part is in it.
func BenchmarkAsk(b *testing.B) {
	for _, dir := range []string{"l3plus", "l7", "l9", "minidoge", "volcminer", "bitaxe"} {
		b.Run(dir, func(b *testing.B) {
			at := rigstest.Load(b, "testdata/"+dir).Listen(b)
			d := &dialogue{dial: new(net.Dialer).DialContext}
			_, known, err := d.ask(b.Context(), at, way{})
			if err != nil {
				b.Fatal(err)
			}
			before := processorTime(b)
			for b.Loop() {
				if _, _, err := d.ask(b.Context(), at, known); err != nil {
					b.Fatal(err)
				}
			}
			each := (processorTime(b) - before) / time.Duration(b.N)
			b.ReportMetric(float64(each.Microseconds()), "cpu-µs/rig")
			b.ReportMetric(100*float64(1000*each)/float64(askEvery), "%core")
		})
	}
}

// processorTime is what this process has used.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
