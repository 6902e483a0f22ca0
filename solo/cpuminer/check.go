package cpuminer

import (
	"encoding/binary"
	"slices"
	"time"

	"ltcsolo/solo/scrypt"
)

// checkEvery is how often each worker has one lane of its kernel checked. That costs two batches and one hash of the
// reference, about 0.01 percent of the time.
const checkEvery = 30 * time.Second

// scanner is a [scrypt.Scanner].
type scanner interface {
	Set(header *[scrypt.HeaderSize]byte, target *[32]byte)
	Scan(first uint32, count int, hits []uint32) (hashed int, _ []uint32)
	Close() error
}

// check reports whether the kernel still hashes one lane, another one each time, as the reference does. A hit that the
// reference refutes is seen when it is submitted; one that the kernel misses would never be: a block that nobody knows
// of. So the target is set to the very hash of the lane, which is a hit then, and to one less, which it must miss.
func (w *worker) check(header *[scrypt.HeaderSize]byte) bool {
	w.checked = time.Now()
	nonce := uint32(w.checks % w.kernel.Lanes())
	w.checks++
	probe := *header
	binary.LittleEndian.PutUint32(probe[scrypt.HeaderSize-4:], nonce)
	target := scrypt.Sum(&probe)
	hit := func() bool {
		w.scanner.Set(header, &target)
		_, w.hits = w.scanner.Scan(0, w.kernel.Lanes(), w.hits[:0])
		return slices.Contains(w.hits, nonce)
	}
	if !hit() {
		return false
	}
	for i := range target { // one less
		if target[i]--; target[i] != 0xff {
			break
		}
	}
	return !hit()
}
