package template

import (
	"fmt"

	"lukechampine.com/blake3"
)

// Lengths of parts of an extension block (libmw, mw/models).
const (
	mwebPointSize     = 33 // commitments and public keys
	mwebSignatureSize = 64
	mwebProofSize     = 675
)

// Feature bits of inputs, outputs and kernels: which fields follow. Bits that litecoind ignores add no field.
const (
	inputHasKey         = 0x01
	inputHasExtra       = 0x02
	outputHasStandard   = 0x01
	outputHasExtra      = 0x02
	kernelHasFee        = 0x01
	kernelHasPegIn      = 0x02
	kernelHasPegOuts    = 0x04
	kernelHasLockHeight = 0x08
	kernelHasStealth    = 0x10
	kernelHasExtra      = 0x20
)

// extension holds the fields of an extension block that a block is checked against.
type extension struct {
	hash   [HashSize]byte // BLAKE3-256 of its header, to which the HogEx commits
	height uint64
}

// parseExtension parses a whole extension block (without the 01 before it), as libmw's Block does: a header, then lists
// of inputs, outputs and kernels. It checks lengths and counts; signatures and proofs are left to the node.
func parseExtension(data []byte) (extension, error) {
	r := &reader{b: data}
	var e extension
	e.height = r.varInt()
	r.bytes(5 * HashSize) // output, kernel and leaf root, kernel and stealth offset
	r.varInt()            // outputs on the whole chain
	kernels := r.varInt() // in this block
	headerEnd := r.at
	n := r.skipMWEBBody()
	switch {
	case r.err != nil:
		return e, fmt.Errorf("the extension block cannot be read: %w", r.err)
	case r.left() > 0:
		return e, fmt.Errorf("%d bytes follow the extension block's end", r.left())
	case kernels != uint64(n):
		return e, fmt.Errorf("the extension block has %d kernels, its header says %d", n, kernels)
	}
	e.hash = blake3.Sum256(data[:headerEnd])
	return e, nil
}

// skipMWEBBody skips the lists and returns the number of kernels.
func (r *reader) skipMWEBBody() (kernels int) {
	const minInput = 1 + HashSize + 2*mwebPointSize + mwebSignatureSize
	for range r.count(minInput) {
		features := r.byte()
		r.bytes(HashSize + 2*mwebPointSize) // output id, commitment, output key
		if features&inputHasKey != 0 {
			r.bytes(mwebPointSize)
		}
		if features&inputHasExtra != 0 {
			r.bytes(r.compactSize())
		}
		r.bytes(mwebSignatureSize)
	}
	const minOutput = 3*mwebPointSize + 1 + mwebProofSize + mwebSignatureSize
	for range r.count(minOutput) {
		r.bytes(3 * mwebPointSize) // commitment, sender's and receiver's key
		features := r.byte()
		if features&outputHasStandard != 0 {
			r.bytes(mwebPointSize + 1 + 8 + 16) // key exchange key, view tag, masked value and nonce
		}
		if features&outputHasExtra != 0 {
			r.bytes(r.compactSize())
		}
		r.bytes(mwebProofSize + mwebSignatureSize)
	}
	const minKernel = 1 + mwebPointSize + mwebSignatureSize
	kernels = r.count(minKernel)
	for range kernels {
		r.skipKernel()
	}
	return kernels
}

func (r *reader) skipKernel() {
	features := r.byte()
	if features&kernelHasFee != 0 {
		r.varInt()
	}
	if features&kernelHasPegIn != 0 {
		r.varInt()
	}
	if features&kernelHasPegOuts != 0 {
		const minPegOut = 1 + 1 + 1 // amount, length and a script that is not empty
		for range r.count(minPegOut) {
			r.varInt()
			r.bytes(r.compactSize())
		}
	}
	if features&kernelHasLockHeight != 0 {
		r.varInt()
	}
	if features&kernelHasStealth != 0 {
		r.bytes(mwebPointSize)
	}
	if features&kernelHasExtra != 0 {
		r.bytes(r.compactSize())
	}
	r.bytes(mwebPointSize + mwebSignatureSize) // excess, signature
}
