//go:build amd64 && !purego

package scrypt

import (
	"testing"
	"time"
)

// BenchmarkPBKDF2 reports which part of a batch is not ROMix, in per cent.
func BenchmarkPBKDF2(b *testing.B) {
	for _, k := range Kernels() {
		h, ok := k.open().(*slicedHasher)
		if !ok {
			continue
		}
		b.Run(k.name, func(b *testing.B) {
			defer h.close()
			h.set(new([HeaderSize]byte))
			h.hash(0, 0)
			var batch, pbkdf2 time.Duration
			for b.Loop() {
				began := time.Now()
				h.hash(0, 0)
				batch += time.Since(began)
				began = time.Now()
				for i := range h.groups {
					h.expand(i, 0)
					h.finish(i)
				}
				pbkdf2 += time.Since(began)
			}
			b.ReportMetric(100*float64(pbkdf2)/float64(batch), "%pbkdf2")
			b.ReportMetric(float64(pbkdf2.Nanoseconds())/float64(b.N*k.lanes), "ns-pbkdf2/hash")
		})
	}
}
