package wallet

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
)

// Index is the place in a descriptor at which the next block is paid. It is
// kept in the state directory, in a file for each descriptor: the same one
// goes on where it was, in whatever way it is written. It is safe for
// concurrent use; the caller holds the state directory's lock.
type Index struct {
	descriptor *Descriptor
	path       string
	first      string // the descriptor's first address

	mu   sync.Mutex
	next uint32
	now  Address // at next
}

// OpenIndex reads where a descriptor's payouts stand, and begins with its
// first address if there have been none. A file that cannot be used is an
// *Error and is left as it is: to begin anew would pay to addresses again.
func OpenIndex(stateDir string, d *Descriptor) (*Index, error) {
	first, err := d.Address(0)
	if err != nil {
		return nil, err
	}
	name := sha256.Sum256([]byte(first.Text))
	x := &Index{descriptor: d, first: first.Text, path: filepath.Join(stateDir, fmt.Sprintf("descriptor-%.8x", name[:]))}
	if err := os.MkdirAll(stateDir, 0o700); err != nil {
		return nil, fmt.Errorf("make the state directory: %w", err)
	}
	text, err := readSmall(x.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		// Written now: a disk that does not keep it is told before the search.
		err = x.write(0, "none yet")
	case err != nil:
		err = x.damaged(err.Error())
	default:
		err = x.read(text)
	}
	if err != nil {
		return nil, err
	}
	return x, nil
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
	return x.now
}

// Used says that a found block pays script. If that is the address at Next,
// or one of the GapLimit after it, Next is the one behind it when Used
// returns, and durable; else nothing changes.
func (x *Index) Used(script []byte, blockHash string) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	for i := x.next; i <= x.next+GapLimit && i < MaxIndex; i++ {
		a, err := x.descriptor.Address(i)
		if err != nil {
			return err
		}
		if bytes.Equal(a.Script, script) {
			return x.write(i+1, blockHash)
		}
	}
	return nil
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
	a, err := x.descriptor.Address(next)
	if err != nil {
		return err
	}
	if err := durable(x.path, fmt.Sprintf(indexForm, x.descriptor, x.first, next, blockHash)); err != nil {
		return fmt.Errorf("keep the descriptor's index: %w", err)
	}
	x.next, x.now = next, a
	return nil
}

func (x *Index) read(text string) error {
	fields, ok := readFields(text, "descriptor", "first address", "next", "last block")
	if !ok {
		return x.damaged("it has a line that does not belong there")
	}
	if fields["first address"] != x.first {
		return x.damaged("it is of another descriptor")
	}
	next, err := strconv.ParseUint(strings.TrimSpace(fields["next"]), 10, 32)
	if err != nil || next > MaxIndex {
		return x.damaged("next: is no index")
	}
	x.next = uint32(next)
	x.now, err = x.descriptor.Address(x.next)
	return err
}

func (x *Index) damaged(why string) *Error {
	return &Error{
		fmt.Sprintf("the descriptor's index in %s cannot be used: %s", x.path, why),
		"correct the file: next: is the index of the first address that no block was paid to; or move it away to begin with the first address again",
	}
}
