//go:build !race

package scrypt_test

import (
	"slices"
	"testing"

	"ltcsolo/solo/scrypt"
)

// With the race detector the compiler does not remove the allocations of crypto/sha256's AppendBinary, so this file is left
// out.

func TestScanAllocatesNothing(t *testing.T) {
	eachKernel(t, func(t *testing.T, k *scrypt.Kernel) {
		if k.Name() == "xcrypto" {
			return // x/crypto/scrypt allocates its scratchpad for each hash
		}
		s := open(t, k)
		header, target, hits := random(source(t)), highest, make([]uint32, 0, k.Lanes())
		got := testing.AllocsPerRun(5, func() {
			s.Set(&header, &target)
			_, hits = s.Scan(1, k.Lanes(), hits[:0])
		})
		if got != 0 {
			t.Errorf("Set and Scan allocate %v times, want 0", got)
		}
		if len(hits) != k.Lanes() {
			t.Errorf("%d hits, want %d", len(hits), k.Lanes())
		}
	})
}

func TestBatchAllocatesNothing(t *testing.T) {
	eachKernel(t, func(t *testing.T, k *scrypt.Kernel) {
		if k.Name() == "xcrypto" {
			return
		}
		b := openBatch(t, k)
		headers, want := unrelated(t, k.Lanes())
		pow := make([][32]byte, len(headers))
		if got := testing.AllocsPerRun(5, func() { b.Sum(headers, pow) }); got != 0 {
			t.Errorf("Sum allocates %v times, want 0", got)
		}
		if !slices.Equal(pow, want) {
			t.Errorf("headers %x:\n%x, want\n%x", headers, pow, want)
		}
	})
}
