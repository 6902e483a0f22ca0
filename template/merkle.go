package template

import "crypto/sha256"

// merkleBranch returns the branch of leaf 0, the coinbase: one hash per level, leaf to root. others are the other
// leaves, in block order.
func merkleBranch(others []Hash) []Hash {
	var branch []Hash
	level := append(make([]Hash, 0, len(others)+2), Hash{}) // the branch does not depend on leaf 0
	level = append(level, others...)
	for len(level) > 1 {
		branch = append(branch, level[1])
		level = merkleLevel(level)
	}
	return branch
}

// rootFromBranch returns the root of the tree with that leaf at that index and its branch. Index -1 has the root zero
// (auxpow.cpp, CAuxPow::CheckMerkleBranch).
func rootFromBranch(leaf Hash, branch []Hash, index int32) Hash {
	if index == -1 {
		return Hash{}
	}
	for _, h := range branch {
		if index&1 == 0 {
			leaf = hashPair(&leaf, &h)
		} else {
			leaf = hashPair(&h, &leaf)
		}
		index >>= 1
	}
	return leaf
}

// merkleRoot returns the root of at least one leaf. It overwrites leaves.
func merkleRoot(leaves []Hash) Hash {
	for len(leaves) > 1 {
		leaves = merkleLevel(leaves)
	}
	return leaves[0]
}

// merkleLevel computes the level above in place. At odd length the last hash is paired with itself.
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

// witnessCommitmentPrefix is the start of the witness commitment's output script: OP_RETURN, push of 36, aa21a9ed
// (BIP 141).
var witnessCommitmentPrefix = []byte{0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed}

// witnessCommitment returns the output script that commits to the witness ids of the transactions after the coinbase and
// to the coinbase's witness reserved value (BIP 141).
func witnessCommitment(others []Hash, reserved Hash) []byte {
	root := merkleRoot(append(append(make([]Hash, 0, len(others)+2), Hash{}), others...))
	sum := DoubleSHA256(root[:], reserved[:])
	return append(append(make([]byte, 0, len(witnessCommitmentPrefix)+HashSize), witnessCommitmentPrefix...), sum[:]...)
}
