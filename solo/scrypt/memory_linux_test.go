package scrypt_test

import (
	"fmt"
	"os"
	"testing"

	"ltcsolo/solo/scrypt"
)

// TestCloseReleasesScratchpad opens and closes so many scanners that memory that stayed mapped would show. The
// Go heap's kernels leave it to the garbage collector.
func TestCloseReleasesScratchpad(t *testing.T) {
	const scanners, mayGrow = 400, 128 << 20
	eachKernel(t, func(t *testing.T, k *scrypt.Kernel) {
		if scanners*k.ScratchpadBytes() < 2*mayGrow {
			t.Skip("its scratchpad is too small to show, and on the Go heap")
		}
		before := mappedBytes(t)
		for range scanners {
			s := k.NewScanner()
			s.Set(new([scrypt.HeaderSize]byte), new([32]byte))
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		}
		if grown := mappedBytes(t) - before; grown > mayGrow {
			t.Errorf("%d scanners of %d bytes left %d bytes mapped", scanners, k.ScratchpadBytes(), grown)
		}
	})
}

// mappedBytes is the size of the address space in use.
func mappedBytes(t *testing.T) int {
	t.Helper()
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Skip(err)
	}
	var pages int
	if _, err := fmt.Sscan(string(text), &pages); err != nil {
		t.Fatal(err)
	}
	return pages * os.Getpagesize()
}
