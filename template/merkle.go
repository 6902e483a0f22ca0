package template

import "crypto/sha256"

// merkleBranch is what leads from the coinbase, leaf 0, to the root: one hash a level, for a tree whose other
// leaves are given in block order.
func merkleBranch(others []Hash) []Hash {
	var branch []Hash
	level := append(make([]Hash, 0, len(others)+2), Hash{}) // leaf 0 is not needed
	level = append(level, others...)
	for len(level) > 1 {
		branch = append(branch, level[1])
		level = merkleLevel(level)
	}
	return branch
}

// rootFromBranch folds the coinbase's transaction id with its branch.
func rootFromBranch(coinbase Hash, branch []Hash) Hash {
	for _, h := range branch {
		coinbase = hashPair(&coinbase, &h)
	}
	return coinbase
}

// merkleRoot is the root over leaves, at least one, which it overwrites.
func merkleRoot(leaves []Hash) Hash {
	for len(leaves) > 1 {
		leaves = merkleLevel(leaves)
	}
	return leaves[0]
}

// merkleLevel computes the next level in place. A level of odd length pairs its last hash with itself.
func merkleLevel(level []Hash) []Hash {
	if len(level)%2 == 1 {
		level = append(level, level[len(level)-1])
	}
	for i := 0; i < len(level); i += 2 {
		level[i/2] = hashPair(&level[i], &level[i+1])
	}
	return level[:len(level)/2]
}

func hashPair(left, right *Hash) Hash {
	var both [2 * HashSize]byte
	copy(both[:HashSize], left[:])
	copy(both[HashSize:], right[:])
	first := sha256.Sum256(both[:])
	return sha256.Sum256(first[:])
}

// witnessCommitmentPrefix begins the commitment's output script: OP_RETURN, push of 36, aa21a9ed (BIP 141).
var witnessCommitmentPrefix = []byte{0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed}

// witnessCommitment is the output script that commits to the witness ids of a block whose transactions after
// the coinbase have these, given the coinbase's witness reserved value (BIP 141).
func witnessCommitment(others []Hash, reserved Hash) []byte {
	root := merkleRoot(append(append(make([]Hash, 0, len(others)+2), Hash{}), others...))
	sum := DoubleSHA256(root[:], reserved[:])
	return append(append(make([]byte, 0, len(witnessCommitmentPrefix)+HashSize), witnessCommitmentPrefix...), sum[:]...)
}
