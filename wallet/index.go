package wallet

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
)

// Index is the place in a descriptor at which the next block is paid. It is
// kept in the state directory, in a file for each descriptor: the same one
// goes on where it was, in whatever way it is written. An address is paid again
// only if the machine stops after a block was sent and before Used has its
// index on the disk: no block waits for that. It is safe for concurrent use;
// the caller holds the state directory's lock.
type Index struct {
	descriptor *Descriptor
	path       string
	first      string // the descriptor's first address

	writing sync.Mutex // held while the file is written, which may take long

	mu    sync.Mutex
	next  uint32
	ahead []Address // at next, and GapLimit more
}

// OpenIndex reads where a descriptor's payouts stand, and begins with its
// first address if there have been none. A file that cannot be used is an
// *Error and is left as it is: to begin anew would pay to addresses again.
func OpenIndex(stateDir string, d *Descriptor) (*Index, error) {
	x, err := newIndex(stateDir, d)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(stateDir, 0o700); err != nil {
		return nil, fmt.Errorf("make the state directory: %w", err)
	}
	switch err := x.read(); {
	case errors.Is(err, fs.ErrNotExist):
		// Written now: a disk that does not keep it is told before the search.
		return x, x.write(0, "none yet")
	case err != nil:
		return nil, err
	}
	return x, nil
}

// NextAddress is the address that OpenIndex would stand at. It changes nothing in the state directory.
func NextAddress(stateDir string, d *Descriptor) (Address, error) {
	x, err := newIndex(stateDir, d)
	if err != nil {
		return Address{}, err
	}
	if err := x.read(); errors.Is(err, fs.ErrNotExist) {
		return d.Address(0)
	} else if err != nil {
		return Address{}, err
	}
	return x.Address(), nil
}

func newIndex(stateDir string, d *Descriptor) (*Index, error) {
	first, err := d.Address(0)
	if err != nil {
		return nil, err
	}
	name := sha256.Sum256([]byte(first.Text))
	path := filepath.Join(stateDir, fmt.Sprintf("descriptor-%.8x", name[:]))
	return &Index{descriptor: d, first: first.Text, path: path}, nil
}

// Next is the index at which the next block is paid.
func (x *Index) Next() uint32 {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.next
}

// Address is the address at Next.
func (x *Index) Address() Address {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.ahead[0]
}

// Used says that a found block pays script. If that is the address at Next,
// or one of the GapLimit after it, Next is the one behind it when Used
// returns, and durable; else nothing changes.
func (x *Index) Used(script []byte, blockHash string) error {
	x.writing.Lock()
	defer x.writing.Unlock()
	x.mu.Lock()
	next, place := x.next, slices.IndexFunc(x.ahead, func(a Address) bool { return bytes.Equal(a.Script, script) })
	x.mu.Unlock()
	if place < 0 || int(next)+place == MaxIndex {
		return nil
	}
	return x.write(next+uint32(place)+1, blockHash)
}

const indexForm = `# Where the payouts of ltcsolo stand in a watch-only descriptor: every found block pays to an address of its own.
# To leave out addresses that your wallet has given to somebody, make next greater while ltcsolo does not run.
descriptor: %s
first address: %s
next: %d
last block: %s
`

// write makes next durable before it is used.
func (x *Index) write(next uint32, blockHash string) error {
	if err := durable(x.path, fmt.Sprintf(indexForm, x.descriptor, x.first, next, blockHash)); err != nil {
		return fmt.Errorf("keep the descriptor's index: %w", err)
	}
	return x.set(next)
}

// set takes next over.
func (x *Index) set(next uint32) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	var ahead []Address
	if passed := int(next) - int(x.next); passed < len(x.ahead) {
		ahead = slices.Clone(x.ahead[passed:])
	}
	for len(ahead) <= GapLimit && int(next)+len(ahead) <= MaxIndex {
		a, err := x.descriptor.Address(next + uint32(len(ahead)))
		if err != nil {
			return err
		}
		ahead = append(ahead, a)
	}
	x.next, x.ahead = next, ahead
	return nil
}

// read takes over what the file says. The error is fs.ErrNotExist if there is none, else an *Error.
func (x *Index) read() error {
	text, err := readSmall(x.path)
	if errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err != nil {
		return x.damaged(err.Error())
	}
	fields, ok := readFields(text, "descriptor", "first address", "next", "last block")
	if !ok {
		return x.damaged("it has a line that does not belong there")
	}
	if fields["first address"] != x.first {
		return x.damaged("it is of another descriptor")
	}
	next, err := strconv.ParseUint(fields["next"], 10, 32)
	if err != nil || next > MaxIndex {
		return x.damaged("next: is no index")
	}
	return x.set(uint32(next))
}

func (x *Index) damaged(why string) *Error {
	return &Error{
		fmt.Sprintf("the descriptor's index in %s cannot be used: %s", x.path, why),
		"correct the file: next: is the index of the first address that no block was paid to; or move it away to begin with the first address again",
	}
}
