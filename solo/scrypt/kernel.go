package scrypt

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Kernel is one implementation of the PoW hash. It is immutable and safe for concurrent use.
type Kernel struct {
	name       string
	lanes      int // at most 64, one bit each in hasher's survivors
	scratchpad int // bytes
	// runs reports whether this processor has what the kernel needs; nil means every processor has.
	runs func() bool
	// reference marks xcrypto, which Best leaves out: it would confirm its own results.
	reference bool
	open      func() hasher
}

// hasher is a kernel's working memory and the state of what it hashes. It belongs to one Scanner or one Batch.
type hasher interface {
	// set sets the header whose nonces are hashed from now on; the header's own nonce does not matter.
	set(header *[HeaderSize]byte)
	// hash computes the PoW hashes of nonces first, first+1, ... (mod 2^32), one for each lane. Bit i of
	// survivors is set if the most significant word of lane i's hash is at most top.
	hash(first, top uint32) (survivors uint64)
	// sum returns a surviving lane's PoW hash of the last call of hash.
	sum(lane int) [hashSize]byte
	// sums sets pow to the PoW hashes of headers, one a lane: at least one, at most as many as the kernel has lanes. The
	// header of set is forgotten.
	sums(headers [][HeaderSize]byte, pow [][hashSize]byte)
	// close frees the memory. No other method is called after it.
	close() error
}

// table holds every kernel of this build, the fastest first by design.
var table = slices.Concat(assembly, []*Kernel{generic, xcrypto})

// Name returns the kernel's name, as --kernel takes it.
func (k *Kernel) Name() string { return k.name }

// String returns the kernel's name.
func (k *Kernel) String() string { return k.name }

// Lanes returns how many headers the kernel hashes at once, at most 64.
func (k *Kernel) Lanes() int { return k.lanes }

// ScratchpadBytes returns the size in bytes of the scratchpad of one Scanner or Batch.
func (k *Kernel) ScratchpadBytes() int { return k.scratchpad }

// proven tests the kernels of the table, once.
var proven = sync.OnceValues(func() ([]*Kernel, []error) { return prove(table) })

// Kernels returns the kernels that this processor can run and that passed their self-test, the fastest first
// by design. The first call runs the self-tests, which take some milliseconds. The slice is the caller's. It is safe
// for concurrent use.
func Kernels() []*Kernel {
	good, _ := proven()
	return slices.Clone(good)
}

// Broken returns an error for each kernel that this processor should run but that failed its self-test, and
// which Kernels therefore leaves out. Each names its kernel. It is safe for concurrent use.
func Broken() []error {
	_, bad := proven()
	return slices.Clone(bad)
}

// ByName returns the kernel of that name. It is an error if the name is unknown, or the kernel needs another processor or
// failed its self-test; the error lists the kernels to choose from. It is safe for concurrent use.
func ByName(name string) (*Kernel, error) {
	good, _ := proven()
	return find(name, table, good)
}

func find(name string, all, good []*Kernel) (*Kernel, error) {
	named := func(k *Kernel) bool { return k.name == name }
	if i := slices.IndexFunc(good, named); i >= 0 {
		return good[i], nil
	}
	why := "unknown kernel"
	if i := slices.IndexFunc(all, named); i >= 0 {
		why = "this processor cannot run kernel"
		if all[i].runnable() {
			why = "self-test failed for kernel"
		}
	}
	var names []string
	for _, k := range good {
		names = append(names, k.name)
	}
	return nil, fmt.Errorf("%s %q; choose from: %s", why, name, strings.Join(names, ", "))
}

func (k *Kernel) runnable() bool { return k.runs == nil || k.runs() }
