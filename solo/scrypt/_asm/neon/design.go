package main

import "slices"

// design is one way to place the hashes in flight in the registers.
//
// The state is word-sliced: a register, or a slot of memory of its size, is one of Salsa20's sixteen words for
// a set of four hashes. A quarter round then is arithmetic between whole registers, and nothing moves between
// lanes. NEON has no rotation: x ^= y+z <<< n is ADD, SHL, SRI (which inserts the right half into the left one)
// and EOR, each waiting for the one before. One set has four such chains, and with an instruction's latency of
// two cycles or more they leave two of four pipes idle; so a second set is worked on in between.
//
// Two sets have 32 words and there are 32 registers, so that some words of a set rest in memory while the other
// set is at work. They are always c words of a quarter round, which both kinds of round do not touch before
// their second step.
type design struct {
	name    string
	sets    int
	resting []int // words that live in memory between the rounds
	homes   [2][blockWords]vector
	temps   []vector
}

const (
	blockWords = 16 // words of one Salsa20 block
	lanes      = 4  // hashes of a set
	costN      = 1024
	indexBits  = 10 // log2 of costN

	// A row of a set's scratchpad is a row of each of its hashes, one behind the other.
	hashRow  = 2 * blockWords * 4
	setRow   = lanes * hashRow
	rowShift = 9 // log2 of setRow

	// A set's working area, neonWork in Go: the state's two blocks word by word, and the resting words.
	slot       = lanes * 4
	blockBytes = blockWords * slot
	block0     = 0
	block1     = block0 + blockBytes
	rest       = block1 + blockBytes
	workBytes  = rest + 4*slot

	scratch = 4 // temporaries that a transposition takes
)

// The general registers. R18 and those from R26 belong to the platform, the assembler or Go.
const (
	round = "R14" // counts double rounds
	step  = "R15" // counts ROMix's steps
)

var (
	work    = [2]string{"R0", "R1"}                                                    // a set's working area
	pad     = [2]string{"R2", "R3"}                                                    // its scratchpad
	nextRow = [2]string{"R4", "R5"}                                                    // its row that is filled next
	chosen  = [2][lanes]string{{"R6", "R7", "R8", "R9"}, {"R10", "R11", "R12", "R13"}} // rows to mix in
)

// plan gives each word that does not rest a register, its home, and makes temporaries of what is left.
func (d *design) plan() {
	next := vector(0)
	for s := range d.sets {
		for w := range blockWords {
			if !slices.Contains(d.resting, w) {
				d.homes[s][w] = next
				next++
			}
		}
	}
	for ; next < 32; next++ {
		d.temps = append(d.temps, next)
	}
}

func (d *design) rests(w int) bool { return slices.Contains(d.resting, w) }

func (d *design) restSlot(s, w int) memory {
	return memory{work[s], rest + slices.Index(d.resting, w)*slot}
}

// rowPart is the offset in a row of the set of half a block of one hash.
func rowPart(hash, block, half int) int {
	return hash*hashRow + block*blockWords*4 + half*blockWords*2
}

func wordSlot(s, block, w int) memory { return memory{work[s], block + w*slot} }

// octet returns registers for words 8*half and on: the home of each, and for those that rest a temporary which
// no transposition takes or the home of a word of the other half.
func (d *design) octet(s, half int) (regs [8]vector) {
	spare := slices.Clone(d.temps[scratch:])
	for w := range blockWords {
		if w/8 != half && !d.rests(w) {
			spare = append(spare, d.homes[s][w])
		}
	}
	for i := range regs {
		if w := 8*half + i; d.rests(w) {
			regs[i], spare = spare[0], spare[1:]
		} else {
			regs[i] = d.homes[s][w]
		}
	}
	return regs
}
