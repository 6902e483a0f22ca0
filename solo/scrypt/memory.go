//go:build (amd64 || arm64) && !purego

package scrypt

import "unsafe"

const (
	wordBytes = 4
	cacheLine = 64
	hugePage  = 2 << 20
)

// memory is zeroed memory that is handed out in parts, each aligned to a cache line. Memory that is mapped begins at a
// huge page.
type memory struct {
	rest    []byte
	release func() error // nil if the garbage collector frees it
}

// free frees the memory. No part of it may be used afterwards.
func (m *memory) free() error {
	m.rest = nil
	if m.release == nil {
		return nil
	}
	return m.release()
}

// words returns the next n words.
func (m *memory) words(n int) []uint32 {
	bytes := (wordBytes*n + cacheLine - 1) / cacheLine * cacheLine
	part := m.rest[:bytes:bytes]
	m.rest = m.rest[bytes:]
	return unsafe.Slice((*uint32)(unsafe.Pointer(&part[0])), n)
}

// fromHeap returns memory of the Go heap.
func fromHeap(bytes int) *memory {
	return &memory{rest: aligned(make([]byte, bytes+cacheLine), cacheLine)}
}

// aligned returns b from its first address on that is a multiple of to, a power of two.
func aligned(b []byte, to uintptr) []byte {
	return b[-uintptr(unsafe.Pointer(&b[0]))&(to-1):]
}
