//go:build (amd64 || arm64) && !purego

package scrypt

import "golang.org/x/sys/unix"

// allocate maps memory outside of the Go heap, so that the garbage collector does not count it, in huge pages if the
// kernel has any to spare: a scratchpad is read at random, and would have more small pages than a TLB holds.
func allocate(bytes int) *memory {
	bytes = max(bytes, hugePage)
	mapped, err := unix.Mmap(-1, 0, bytes+hugePage, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		return fromHeap(bytes) // slower, but it works
	}
	rest := aligned(mapped, hugePage)
	_ = unix.Madvise(rest, unix.MADV_HUGEPAGE) // an old or small kernel refuses; then the pages are small
	return &memory{rest: rest, release: func() error { return unix.Munmap(mapped) }}
}
