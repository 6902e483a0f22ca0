package scrypt

import (
	"hash/maphash"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"time"
)

// result is what a kernel says that a header's PoW hash is.
type result struct {
	kernel *Kernel
	header [HeaderSize]byte
	pow    [hashSize]byte
}

// lotEvery is how often a result is compared with the reference. A comparison costs one hash of the reference, a quarter of a
// millisecond.
const lotEvery = time.Second

// accept records a batch of k. It reports whether its hashes may be used: k has not been refuted meanwhile.
func (p *Pool) accept(k *Kernel, headers [][HeaderSize]byte, pow [][hashSize]byte) bool {
	number := slices.Index(p.cfg.Kernels, k) + 1 // 0 is the reference, which nobody refutes
	if number > 0 {
		for i := range headers {
			p.origins.note(&headers[i], &pow[i], uint8(number))
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if number > 0 && !slices.Contains(p.kernels, k) {
		return false
	}
	p.stats.Hashed += uint64(len(headers))
	p.stats.Batches++
	if number > 0 {
		p.draw(k, headers, pow)
	}
	return true
}

// draw puts a result of a batch into lots, if it is time for one.
func (p *Pool) draw(k *Kernel, headers [][HeaderSize]byte, pow [][hashSize]byte) {
	now := time.Now()
	if now.Sub(p.drawn) < lotEvery {
		return
	}
	i := rand.IntN(len(headers))
	select {
	case p.lots <- result{kernel: k, header: headers[i], pow: pow[i]}:
		p.drawn = now
	default: // the last one is not compared yet
	}
}

// compare compares a result with the reference.
func (p *Pool) compare(r result) {
	if Sum(&r.header) != r.pow {
		p.Refute(r.kernel)
	}
}

// Refuted reports that pow, which Sum gave for header, is not what the reference says. The kernel that computed it is taken
// out of service. If that was too long ago to be known, some ten thousand results, nothing happens.
func (p *Pool) Refuted(header *[HeaderSize]byte, pow *[32]byte) {
	if number := p.origins.of(header, pow); number > 0 {
		p.Refute(p.cfg.Kernels[number-1])
	}
}

// Refute takes k out of service, because the reference does not confirm its results. It does nothing if k is not in service.
func (p *Pool) Refute(k *Kernel) {
	p.mu.Lock()
	i := slices.Index(p.kernels, k)
	if i >= 0 {
		p.kernels = slices.Delete(p.kernels, i, i+1)
		p.choice = choose(p.kernels, p.times)
	}
	p.mu.Unlock()
	if i >= 0 && p.cfg.Distrusted != nil {
		p.cfg.Distrusted(k)
	}
}

// origins remembers which kernel computed each of the latest results, in a table of fixed size: a result takes the place of
// an older one. It is safe for concurrent use.
type origins struct {
	seed  maphash.Seed
	slots [1 << 14]atomic.Uint64 // a result's tag; its lowest byte is the kernel's number, from 1 on
}

func newOrigins() *origins { return &origins{seed: maphash.MakeSeed()} }

// note records that the kernel of that number, 1 to 255, says that pow is the PoW hash of header.
func (o *origins) note(header *[HeaderSize]byte, pow *[hashSize]byte, kernel uint8) {
	slot, tag := o.find(header, pow)
	slot.Store(tag | uint64(kernel))
}

// of returns the number of the kernel that said that pow is the PoW hash of header, or 0 if that is no longer known.
func (o *origins) of(header *[HeaderSize]byte, pow *[hashSize]byte) (kernel uint8) {
	slot, tag := o.find(header, pow)
	noted := slot.Load()
	if noted&^0xff != tag {
		return 0
	}
	return uint8(noted)
}

func (o *origins) find(header *[HeaderSize]byte, pow *[hashSize]byte) (slot *atomic.Uint64, tag uint64) {
	var result [HeaderSize + hashSize]byte
	copy(result[:], header[:])
	copy(result[HeaderSize:], pow[:])
	sum := maphash.Bytes(o.seed, result[:])
	return &o.slots[(sum>>8)%uint64(len(o.slots))], sum &^ 0xff
}
