package scrypt

import "fmt"

// Batch hashes unrelated headers with one kernel, one a lane. It owns a scratchpad and is not safe for concurrent use: each
// goroutine has its own.
type Batch struct {
	lanes int
	h     hasher
}

// NewBatch returns a Batch with a scratchpad of its own. Call Close after the last Sum.
func (k *Kernel) NewBatch() *Batch {
	return &Batch{lanes: k.lanes, h: k.open()}
}

// Sum sets the first elements of pow to the PoW hashes of headers, nonces included, in the order of headers and in internal
// byte order. There may be any number of headers up to the kernel's lanes, none among them, and they need have nothing in
// common; more headers, or fewer elements of pow than headers, are a mistake of the caller and panic. However few there are,
// a kernel with several lanes takes as long as for all. It keeps neither slice and allocates nothing, except with kernel
// xcrypto.
func (b *Batch) Sum(headers [][HeaderSize]byte, pow [][32]byte) {
	if len(headers) > b.lanes || len(headers) > len(pow) {
		panic(fmt.Sprintf("scrypt: %d headers for %d lanes and %d hashes", len(headers), b.lanes, len(pow)))
	}
	if len(headers) > 0 {
		b.h.sums(headers, pow[:len(headers)])
	}
}

// Close frees the scratchpad. The Batch must not be used afterwards; closing it again does nothing.
func (b *Batch) Close() error {
	if b.h == nil {
		return nil
	}
	h := b.h
	b.h = nil
	return h.close()
}
