package main

import "slices"

// design is an assignment of the hashes in flight to registers.
//
// The state is word-sliced: a register, or a slot of memory of its size, holds one of Salsa20's sixteen words for a set of
// four hashes. So a quarter round is arithmetic between whole registers, and nothing moves between lanes. NEON has no
// rotation: x ^= y+z <<< n is ADD, SHL, SRI (which inserts the right part into the left one) and EOR, each waiting for the
// one before. One set has four such chains; with a latency of two cycles or more per instruction they leave two of four
// pipes idle, so a second set runs in between.
//
// Two sets have 32 words and there are 32 registers, so some words of a set stay in memory while the other set runs: the
// resting words. They are always the c of a quarter round, which no round uses before its second step.
type design struct {
	name    string
	sets    int
	resting []int // words that are in memory between the rounds
	homes   [2][blockWords]vector
	temps   []vector
}

const (
	blockWords = 16 // words of one Salsa20 block
	lanes      = 4  // hashes of a set
	costN      = 1024
	indexBits  = 10 // log2 of costN

	// A row of a set's scratchpad is the rows of its hashes, one after the other.
	hashRow  = 2 * blockWords * 4
	setRow   = lanes * hashRow
	rowShift = 9 // log2 of setRow

	// A set's working memory, neonWork in Go: the state's two blocks word by word, and the resting words.
	slot       = lanes * 4
	blockBytes = blockWords * slot
	block0     = 0
	block1     = block0 + blockBytes
	rest       = block1 + blockBytes
	workBytes  = rest + 4*slot

	scratch = 4 // temporaries of a transposition
)

// General registers. R18 and those from R26 on belong to the platform, the assembler or Go.
const (
	round = "R14" // counts double rounds
	step  = "R15" // counts ROMix's steps
)

var (
	work    = [2]string{"R0", "R1"}                                                    // a set's working memory
	pad     = [2]string{"R2", "R3"}                                                    // its scratchpad
	nextRow = [2]string{"R4", "R5"}                                                    // its next row to fill
	chosen  = [2][lanes]string{{"R6", "R7", "R8", "R9"}, {"R10", "R11", "R12", "R13"}} // rows to mix in
)

// plan assigns each word that does not rest a register, its home. The remaining registers are temporaries.
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

// rowPart is the offset in bytes, in a row of the set, of half a block of one hash.
func rowPart(hash, block, half int) int {
	return hash*hashRow + block*blockWords*4 + half*blockWords*2
}

func wordSlot(s, block, w int) memory { return memory{work[s], block + w*slot} }

// octet returns registers for words 8*half to 8*half+7: the home of each, and for a word that rests a temporary that no
// transposition uses, or the home of a word of the other half.
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
