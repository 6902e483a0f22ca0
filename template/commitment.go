package template

import (
	"bytes"
	"fmt"
	"math/bits"
	"slices"
)

// FoundCommitment is a commitment to aux blocks as it stands in a scriptSig.
type FoundCommitment struct {
	Offset int    // of its magic in the scriptSig, in bytes
	Root   Hash   // of the merkle tree of the aux blocks
	Size   uint32 // number of that tree's leaves
	Nonce  uint32 // which slot is whose follows from it and the chain ids
}

// FindCommitments returns the commitments in the scriptSig of a main coinbase, and why merged chains would refuse a proof
// with it. A scriptSig without the magic has neither, though the root may stand there without it (see [Proof.Check]).
func FindCommitments(scriptSig []byte) (found []FoundCommitment, problems []string) {
	magics := 0
	for from := 0; ; {
		i := bytes.Index(scriptSig[from:], commitmentMagic)
		if i < 0 {
			break
		}
		at := from + i
		magics, from = magics+1, at+1
		if len(scriptSig)-at < commitmentSize {
			problems = append(problems, fmt.Sprintf("the commitment at %d is cut off: it has %d of %d bytes", at, len(scriptSig)-at, commitmentSize))
			continue
		}
		c := readCommitment(scriptSig, at)
		if first := bytes.Index(scriptSig, scriptSig[at+len(commitmentMagic):][:HashSize]); first < at {
			problems = append(problems, fmt.Sprintf("the root of the commitment at %d stands before it too, at %d", at, first))
		}
		if bits.OnesCount32(c.Size) != 1 || c.Size > 1<<maxChainBranch {
			problems = append(problems, fmt.Sprintf("the commitment at %d is to a tree of %d leaves: want a power of two up to 2^%d", at, c.Size, maxChainBranch))
		}
		found = append(found, c)
	}
	if magics > 1 {
		problems = append(problems, fmt.Sprintf("%x, the magic of merged mining, stands there %d times: want once", commitmentMagic, magics))
	}
	return found, problems
}

// readCommitment reads the whole commitment at that offset.
func readCommitment(scriptSig []byte, at int) FoundCommitment {
	r := &reader{b: scriptSig, at: at + len(commitmentMagic)}
	c := FoundCommitment{Offset: at, Root: r.hash(), Size: r.uint32(), Nonce: r.uint32()}
	slices.Reverse(c.Root[:]) // it stands there in display order
	return c
}
