package scrypt

import (
	"errors"
	"slices"
	"sync/atomic"
)

// Trusted is a list of kernels of which one is in use: the first that the reference has not refuted. All users of a
// program share one, so that a kernel that fails one of them serves none. It is safe for concurrent use.
type Trusted struct {
	kernels   []*Kernel
	refuted   func(k, next *Kernel)
	inUse     atomic.Int32 // index in kernels
	noneRight atomic.Bool  // the last kernel is refuted too
}

// NewTrusted puts the first of kernels into use. The others take over in their order; each is in the list once. It is an
// error if kernels is empty. If refuted is not nil, it is called once for each kernel that Refute takes out of use, with
// the kernel that takes over, or nil if k is the last one: it then stays in use, for want of another. It is called by the
// goroutine that calls Refute and must return at once.
func NewTrusted(kernels []*Kernel, refuted func(k, next *Kernel)) (*Trusted, error) {
	if len(kernels) == 0 {
		return nil, errors.New("trust kernels: the list is empty")
	}
	return &Trusted{kernels: slices.Clone(kernels), refuted: refuted}, nil
}

// InUse returns the kernel to hash with. Long-lived users ask again after they call Refute and from time to time, since
// another user may have refuted it.
func (t *Trusted) InUse() *Kernel { return t.kernels[t.inUse.Load()] }

// Refute takes k out of use, because the reference does not confirm its result. It does nothing if k is not in use any
// more.
func (t *Trusted) Refute(k *Kernel) {
	at := t.inUse.Load()
	if t.kernels[at] != k {
		return // another user was quicker
	}
	var next *Kernel
	if int(at) < len(t.kernels)-1 {
		if !t.inUse.CompareAndSwap(at, at+1) {
			return
		}
		next = t.kernels[at+1]
	} else if t.noneRight.Swap(true) {
		return
	}
	if t.refuted != nil {
		t.refuted(k, next)
	}
}

// Agrees reports whether a kernel hashes header, nonce included, as [Sum] does. meets has the kernel decide whether the
// PoW hash of header is at most target, in the lane that is being checked.
//
// A result that a kernel returns by mistake is refuted when it is hashed again, but one that it misses would never be
// noticed: it may be a block. So meets is asked about the hash itself, which it must report as met, and about one less,
// which it must not.
func Agrees(header *[HeaderSize]byte, meets func(target *[32]byte) bool) bool {
	target := Sum(header)
	if !meets(&target) {
		return false
	}
	for i := range target { // target -= 1
		if target[i]--; target[i] != 0xff {
			break
		}
	}
	return !meets(&target)
}
