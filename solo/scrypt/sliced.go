//go:build amd64 && !purego

package scrypt

import (
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
)

// sliced describes a kernel that hashes many headers at once in vector registers. All its data are word-sliced: the same
// word of all lanes lies together, so that a vector instruction works on that word of many hashes. SHA-256's output words
// become ROMix's input words without a transposition.
type sliced struct {
	lanes    int // of the kernel
	setLanes int // hashes of a set of romix: lanes of its slots
	shaLanes int // hashes of one compress
	// romix computes scryptROMix for all lanes, in sets of setLanes. work has setSlots slots of setLanes words per
	// set: first its states' stateWords, then the function's working memory. pad has 128 KiB per lane.
	romix func(work, pad *uint32)
	// compress sets to to SHA-256's state after block, where from is the state before. It may overwrite block.
	compress func(to, from, block *uint32)
}

const (
	padWords    = hashMemory / wordBytes
	stateWords  = rowBytes / wordBytes
	headerWords = HeaderSize / wordBytes
	setSlots    = stateWords + blockWords + 2 // words without a register, the rows' offsets and the scratchpad

	shaWords      = sha256.Size / wordBytes
	shaBlockWords = sha256.BlockSize / wordBytes
	shaEnd        = 0x80000000 // the word that SHA-256 appends to a message
)

// shaStart is SHA-256's initial state (FIPS 180-4 section 5.3.3).
var shaStart = [shaWords]uint32{
	0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
}

// slicedHasher computes what pbkdf2 (pbkdf2.go) computes, for shaLanes hashes at once: a group.
type slicedHasher struct {
	*sliced
	memory *memory
	pad    []uint32
	work   []uint32
	groups []group

	start  []uint32 // SHA-256's initial state
	mid    []uint32 // after header[:64]
	key    []uint32
	salted []uint32 // HMAC's inner state after header[:64]
	state  []uint32
	block  []uint32 // compress's input

	// Blocks that are the same for all nonces of a header, except for the nonce and PBKDF2's block number.
	header   []uint32 // header[:64]
	keyTail  []uint32 // the rest of the header as the end of HMAC's key
	saltTail []uint32 // the rest of the header as the end of the salt
	outerEnd []uint32 // an inner hash, as the end of HMAC's outer hash
	lastTail []uint32 // the end of the second PBKDF2's salt
}

// group holds what a group keeps during ROMix, and its result.
type group struct {
	inner, outer []uint32 // HMAC's states after its key
	pow          []uint32
}

const (
	nonceWord  = nonceOffset/wordBytes - shaBlockWords // in the tails
	numberWord = headerWords - shaBlockWords           // PBKDF2's block number, in saltTail
)

func (k *sliced) open() hasher {
	const parts = 64 // at most, each rounded up to a cache line
	words := k.lanes*(padWords+setSlots+3*shaWords) + k.shaLanes*(5*shaWords+6*shaBlockWords)
	h := &slicedHasher{sliced: k, memory: allocate(words*wordBytes + parts*cacheLine)}
	h.pad = h.memory.words(k.lanes * padWords)
	h.work = h.memory.words(k.lanes * setSlots)
	for range k.lanes / k.shaLanes {
		h.groups = append(h.groups, group{inner: h.slots(shaWords), outer: h.slots(shaWords), pow: h.slots(shaWords)})
	}
	for _, state := range []*[]uint32{&h.start, &h.mid, &h.key, &h.salted, &h.state} {
		*state = h.slots(shaWords)
	}
	for _, block := range []*[]uint32{&h.block, &h.header, &h.keyTail, &h.saltTail, &h.outerEnd, &h.lastTail} {
		*block = h.slots(shaBlockWords)
	}
	h.spread(h.start, shaStart[:])
	h.end(h.keyTail, numberWord, HeaderSize)
	h.end(h.saltTail, numberWord+1, sha256.BlockSize+HeaderSize+wordBytes)
	h.end(h.outerEnd, shaWords, sha256.BlockSize+sha256.Size)
	h.spread(h.lastTail, []uint32{1}) // PBKDF2's block number
	h.end(h.lastTail, 1, sha256.BlockSize+rowBytes+wordBytes)
	return h
}

// slots returns n slots of shaLanes words.
func (h *slicedHasher) slots(n int) []uint32 { return h.memory.words(n * h.shaLanes) }

// spread writes words to the first slots of to, the same in all lanes.
func (h *slicedHasher) spread(to []uint32, words []uint32) {
	for i, w := range words {
		for lane := range h.shaLanes {
			to[i*h.shaLanes+lane] = w
		}
	}
}

// end writes SHA-256's padding of a message of that many bytes to block, from the given word on.
func (h *slicedHasher) end(block []uint32, word, bytes int) {
	h.spread(block[word*h.shaLanes:], []uint32{shaEnd})
	h.spread(block[(shaBlockWords-1)*h.shaLanes:], []uint32{uint32(bytes) * 8})
}

// set sets the header of the nonces that follow: all groups have the same.
func (h *slicedHasher) set(header *[HeaderSize]byte) {
	for lane := range h.shaLanes {
		h.place(lane, header)
	}
	h.shaInto(h.mid, h.start, h.header, nil)
}

// place writes a header to a lane of the group that is expanded next.
func (h *slicedHasher) place(lane int, header *[HeaderSize]byte) {
	for i := range shaBlockWords {
		h.header[i*h.shaLanes+lane] = binary.BigEndian.Uint32(header[wordBytes*i:])
	}
	for i := range headerWords - shaBlockWords {
		w := binary.BigEndian.Uint32(header[sha256.BlockSize+wordBytes*i:])
		h.keyTail[i*h.shaLanes+lane] = w
		h.saltTail[i*h.shaLanes+lane] = w
	}
}

func (h *slicedHasher) hash(first, top uint32) (survivors uint64) {
	for i := range h.groups {
		h.setNonces(first + uint32(i*h.shaLanes))
		h.expand(i)
	}
	h.romix(&h.work[0], &h.pad[0])
	for i := range h.groups {
		h.finish(i)
		for lane, w := range h.groups[i].pow[(shaWords-1)*h.shaLanes:] {
			if bits.ReverseBytes32(w) <= top {
				survivors |= 1 << (i*h.shaLanes + lane)
			}
		}
	}
	return survivors
}

// sums leaves in the lanes without a header whatever they had before, and hashes that too: a batch takes as long.
func (h *slicedHasher) sums(headers [][HeaderSize]byte, pow [][hashSize]byte) {
	used := h.groups[:(len(headers)+h.shaLanes-1)/h.shaLanes]
	for i := range used {
		of := headers[i*h.shaLanes:]
		for lane := range min(len(of), h.shaLanes) {
			h.place(lane, &of[lane])
		}
		h.shaInto(h.mid, h.start, h.header, nil)
		h.expand(i)
	}
	h.romix(&h.work[0], &h.pad[0])
	for i := range used {
		h.finish(i)
	}
	for lane := range headers {
		pow[lane] = h.sum(lane)
	}
}

// setNonces sets the nonces of the group that is expanded next to first, first+1, ...
func (h *slicedHasher) setNonces(first uint32) {
	// A header's nonce is little-endian, SHA-256's words are big-endian.
	for _, tail := range [][]uint32{h.keyTail, h.saltTail} {
		for lane := range h.shaLanes {
			tail[nonceWord*h.shaLanes+lane] = bits.ReverseBytes32(first + uint32(lane))
		}
	}
}

// expand sets the states of group i to PBKDF2(header, header, 1, 128) of the headers that have been set.
func (h *slicedHasher) expand(i int) {
	g := &h.groups[i]
	h.shaInto(h.key, h.mid, h.keyTail, nil)
	h.startHMAC(g.inner, ipad)
	h.startHMAC(g.outer, opad)
	h.shaInto(h.salted, g.inner, h.header, nil)
	for number := range rowBytes / hashSize {
		h.spread(h.saltTail[numberWord*h.shaLanes:], []uint32{uint32(number) + 1})
		h.shaInto(h.state, h.salted, h.saltTail, nil)
		h.shaInto(h.state, g.outer, h.outerEnd, h.state)
		for w := range shaWords {
			h.exchange(i, number*shaWords+w, h.state[w*h.shaLanes:], true)
		}
	}
}

// finish sets the result of group i to PBKDF2(header, its states, 1, 32).
func (h *slicedHasher) finish(i int) {
	g, from := &h.groups[i], h.groups[i].inner
	for block := range stateWords / shaBlockWords {
		for w := range shaBlockWords {
			h.exchange(i, block*shaBlockWords+w, h.block[w*h.shaLanes:], false)
		}
		h.compress(&h.state[0], &from[0], &h.block[0])
		from = h.state
	}
	h.shaInto(h.state, h.state, h.lastTail, nil)
	h.shaInto(g.pow, g.outer, h.outerEnd, h.state)
}

// shaInto sets to to the state after a block: head, followed by the rest of block.
func (h *slicedHasher) shaInto(to, from, block, head []uint32) {
	copy(h.block[len(head):], block[len(head):])
	copy(h.block, head)
	h.compress(&to[0], &from[0], &h.block[0])
}

// startHMAC sets to to SHA-256's state after HMAC's key, padded with zeros, XOR with.
func (h *slicedHasher) startHMAC(to []uint32, with uint32) {
	with *= 0x01010101
	for i := range h.block {
		h.block[i] = with
	}
	for i, k := range h.key {
		h.block[i] ^= k
	}
	h.compress(&to[0], &h.start[0], &h.block[0])
}

// exchange copies word w of group i from words to ROMix's states, or the other way round. SHA-256's words are big-endian,
// ROMix's little-endian.
func (h *slicedHasher) exchange(i, w int, words []uint32, toROMix bool) {
	run := min(h.setLanes, h.shaLanes) // lanes that are contiguous in both layouts
	for lane := 0; lane < h.shaLanes; lane += run {
		set, in := (i*h.shaLanes+lane)/h.setLanes, (i*h.shaLanes+lane)%h.setLanes
		romix := h.work[(set*setSlots+w)*h.setLanes+in:][:run]
		sha := words[lane:][:run]
		if toROMix {
			sha, romix = romix, sha
		}
		for l := range sha {
			sha[l] = bits.ReverseBytes32(romix[l])
		}
	}
}

func (h *slicedHasher) sum(lane int) (pow [hashSize]byte) {
	words := h.groups[lane/h.shaLanes].pow
	for w := range shaWords {
		binary.BigEndian.PutUint32(pow[wordBytes*w:], words[w*h.shaLanes+lane%h.shaLanes])
	}
	return pow
}

func (h *slicedHasher) close() error { return h.memory.free() }
