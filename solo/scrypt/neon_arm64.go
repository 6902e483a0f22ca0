//go:build !purego

package scrypt

import (
	"encoding/binary"
	"unsafe"
)

//go:generate go run -C _asm ./neon

// neon hashes two sets of four headers in turn: a 128-bit register holds one word of a set's four states, and the second
// set fills the pipes while the first waits for its results. See design.go of _asm/neon.
var neon = neonKernel("neon", 2, romixNEON8)

// neon4 hashes one set, in half the memory. It is for processors with little cache, and for small in-order ones, on
// which a second set gains nothing.
var neon4 = neonKernel("neon4", 1, romixNEON4)

// neonSet is the number of hashes side by side in the lanes of a 128-bit register.
const neonSet = 4

// neonWork holds the states of one set, word-sliced, and what the assembly can't keep in registers.
type neonWork struct {
	state [2 * costR * blockWords][neonSet]uint32
	rest  [4][neonSet]uint32
}

func neonKernel(name string, sets int, romix func(work *neonWork, pad *byte)) *Kernel {
	pad := sets * neonSet * hashMemory
	return &Kernel{
		name:       name,
		lanes:      sets * neonSet,
		scratchpad: pad,
		open: func() hasher {
			memory := allocate(pad + sets*int(unsafe.Sizeof(neonWork{})))
			n := &neonHasher{
				romix:  romix,
				memory: memory,
				pad:    (*byte)(unsafe.Pointer(unsafe.SliceData(memory.words(pad / wordBytes)))),
				work: unsafe.Slice((*neonWork)(unsafe.Pointer(unsafe.SliceData(
					memory.words(sets*int(unsafe.Sizeof(neonWork{}))/wordBytes)))), sets),
				pow: make([][hashSize]byte, sets*neonSet),
			}
			for range n.pow {
				n.pbkdf2 = append(n.pbkdf2, newPBKDF2())
			}
			return n
		},
	}
}

// neonHasher has one pbkdf2 per lane, which keeps HMAC's states of its nonce while ROMix runs.
type neonHasher struct {
	romix  func(work *neonWork, pad *byte)
	memory *memory    // of pad and work
	pad    *byte      // the scratchpad
	work   []neonWork // one per set
	pbkdf2 []*pbkdf2
	row    row
	pow    [][hashSize]byte
}

func (n *neonHasher) set(header *[HeaderSize]byte) {
	for _, p := range n.pbkdf2 {
		p.set(header)
	}
}

func (n *neonHasher) hash(first, top uint32) (survivors uint64) {
	for lane, p := range n.pbkdf2 {
		p.expand(first+uint32(lane), &n.row)
		n.putRow(lane)
	}
	n.romix(&n.work[0], n.pad)
	for lane := range n.pbkdf2 {
		n.finish(lane)
		if binary.LittleEndian.Uint32(n.pow[lane][topWord:]) <= top {
			survivors |= 1 << lane
		}
	}
	return survivors
}

// sums leaves in the lanes without a header whatever they had before, and ROMix hashes that too: a batch takes as long.
func (n *neonHasher) sums(headers [][HeaderSize]byte, pow [][hashSize]byte) {
	for lane := range headers {
		n.pbkdf2[lane].set(&headers[lane])
		n.pbkdf2[lane].expand(nonceOf(&headers[lane]), &n.row)
		n.putRow(lane)
	}
	n.romix(&n.work[0], n.pad)
	for lane := range headers {
		n.finish(lane)
		pow[lane] = n.pow[lane]
	}
}

// putRow makes row the state of a lane.
func (n *neonHasher) putRow(lane int) {
	state := &n.work[lane/neonSet].state
	for w := range state {
		state[w][lane%neonSet] = n.row[w/blockWords][w%blockWords]
	}
}

// finish sets a lane's pow from its state.
func (n *neonHasher) finish(lane int) {
	state := &n.work[lane/neonSet].state
	for w := range state {
		n.row[w/blockWords][w%blockWords] = state[w][lane%neonSet]
	}
	n.pbkdf2[lane].finish(&n.row, &n.pow[lane])
}

func (n *neonHasher) sum(lane int) [hashSize]byte { return n.pow[lane] }

func (n *neonHasher) close() error {
	n.pad, n.work = nil, nil
	return n.memory.free()
}
