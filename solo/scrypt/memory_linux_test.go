package scrypt_test

import (
	"errors"
	"fmt"
	"os"
	"testing"

	"ltcsolo/solo/scrypt"
)

// TestCloseReleasesScratchpad opens and closes so many scanners and batches that memory left mapped would show. Kernels with less
// than half a megabyte have it on the Go heap and leave it to the garbage collector.
func TestCloseReleasesScratchpad(t *testing.T) {
	const mapped, mayGrow = 512 << 10, 128 << 20
	for _, k := range scrypt.Kernels() { // SOLO_REQUIRE_KERNELS says which there must be
		if k.ScratchpadBytes() < mapped {
			continue
		}
		t.Run(k.Name(), func(t *testing.T) {
			each := max(400, 2*mayGrow/k.ScratchpadBytes())
			before := mappedBytes(t)
			for range each {
				s := k.NewScanner()
				s.Set(new([scrypt.HeaderSize]byte), new([32]byte))
				b := k.NewBatch()
				if err := errors.Join(s.Close(), b.Close()); err != nil {
					t.Fatal(err)
				}
			}
			if grown := mappedBytes(t) - before; grown > mayGrow {
				t.Errorf("%d scanners and batches of %d bytes left %d bytes mapped", each, k.ScratchpadBytes(), grown)
			}
		})
	}
}

// mappedBytes returns the size of the address space in use.
func mappedBytes(t *testing.T) int {
	t.Helper()
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Fatal(err)
	}
	var pages int
	if _, err := fmt.Sscan(string(text), &pages); err != nil {
		t.Fatal(err)
	}
	return pages * os.Getpagesize()
}
