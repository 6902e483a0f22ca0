package cpuminer

import (
	"encoding/binary"
	"slices"
	"time"

	"ltcsolo/solo/scrypt"
)

// checkEvery is how often each thread checks one lane of its kernel. A check costs two batches and one hash of the
// reference, about 0.01 percent of the time.
const checkEvery = 30 * time.Second

// scanner is a [scrypt.Scanner].
type scanner interface {
	Set(header *[scrypt.HeaderSize]byte, target *[32]byte)
	Scan(first uint32, count int, hits []uint32) (hashed int, _ []uint32)
	Close() error
}

// check reports whether the kernel still hashes one lane as the reference does, another lane each time. It sets the
// scanner's header and target.
func (t *thread) check(header *[scrypt.HeaderSize]byte) bool {
	t.checked = time.Now()
	nonce := uint32(t.checks % t.kernel.Lanes())
	t.checks++
	probe := *header
	binary.LittleEndian.PutUint32(probe[scrypt.HeaderSize-4:], nonce)
	return scrypt.Agrees(&probe, func(target *[32]byte) bool {
		t.scanner.Set(header, target)
		_, t.hits = t.scanner.Scan(0, t.kernel.Lanes(), t.hits[:0])
		return slices.Contains(t.hits, nonce)
	})
}
