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
	"strings"
	"sync"
)

// Index holds the index of the descriptor's address that the next block pays.
// The state directory has a file for each descriptor, which is found again
// however the descriptor is written. An address is paid twice only if the
// machine stops after a block was sent and before Used has stored its index:
// no block waits for that. Index is safe for concurrent use; the caller holds
// the state directory's lock.
type Index struct {
	descriptor *Descriptor
	path       string
	first      string // the descriptor's first address
	store      func(path string, content []byte) error

	writing sync.Mutex // held while the file is written, which may take a while

	mu    sync.Mutex
	next  uint32
	ahead []Address // at next and the GapLimit after it
}

// OpenIndex reads a descriptor's index from the state directory, which it makes
// if needed. Without a file it starts at the first address. A file that cannot
// be used is an *Error and is left as it is: starting again would pay addresses
// twice.
func OpenIndex(stateDir string, d *Descriptor) (*Index, error) {
	x, err := newIndex(stateDir, d)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(stateDir, 0o700); err != nil {
		return nil, fmt.Errorf("make the state directory: %w", err)
	}
	x.removeTemps()
	switch err := x.read(); {
	case errors.Is(err, fs.ErrNotExist):
		// Written now, so that a disk that cannot store it is noticed before
		// mining starts.
		return x, x.write(0, "none yet")
	case err != nil:
		return nil, err
	}
	return x, nil
}

// StoreBy has Used write the file by store, which does so durably: in another
// process, say, that a disk may hold up. Its temporary file, if it leaves one
// in a crash, has the file's name between a dot and ".writing". StoreBy is
// called before Used.
func (x *Index) StoreBy(store func(path string, content []byte) error) { x.store = store }

// removeTemps removes what a crash left of a write. What cannot be removed
// harms nobody.
func (x *Index) removeTemps() {
	dir := filepath.Dir(x.path)
	files, _ := os.ReadDir(dir)
	for _, f := range files {
		if strings.HasPrefix(f.Name(), tempName(x.path)) {
			os.Remove(filepath.Join(dir, f.Name()))
		}
	}
}

// NextAddress returns the address that OpenIndex would start at. It changes
// nothing in the state directory.
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
	return &Index{descriptor: d, first: first.Text, path: path, store: durable}, nil
}

// Next returns the index of the address that the next block pays.
func (x *Index) Next() uint32 {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.next
}

// Address returns the address at Next.
func (x *Index) Address() Address {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.ahead[0]
}

// Used records that a found block pays script. If script is that of the address
// at Next, or of one of the GapLimit after it, Next becomes the index after
// it, and is on the disk when Used returns. Otherwise nothing changes.
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

const indexForm = `# The state of ltcsolo's payouts to a watch-only descriptor: each found block pays a fresh address.
# To skip addresses that your wallet has given to somebody, raise next while ltcsolo is not running.
descriptor: %s
first address: %s
next: %d
last block: %s
`

// write stores next on the disk and then uses it.
func (x *Index) write(next uint32, blockHash string) error {
	if err := x.store(x.path, fmt.Appendf(nil, indexForm, x.descriptor, x.first, next, blockHash)); err != nil {
		return fmt.Errorf("keep the descriptor's index: %w", err)
	}
	return x.set(next)
}

// set makes next the current index.
func (x *Index) set(next uint32) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	var ahead []Address
	if passed := int(next) - int(x.next); passed < len(x.ahead) {
		ahead = slices.Clone(x.ahead[passed:])
	}
	for len(ahead) <= GapLimit && next+uint32(len(ahead)) <= MaxIndex {
		a, err := x.descriptor.Address(next + uint32(len(ahead)))
		if err != nil {
			return err
		}
		ahead = append(ahead, a)
	}
	x.next, x.ahead = next, ahead
	return nil
}

// read uses the index in the file. The error is fs.ErrNotExist if there is no
// file, else an *Error.
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
		return x.damaged("it has an unexpected line")
	}
	if fields["first address"] != x.first {
		return x.damaged("it belongs to another descriptor")
	}
	next, err := strconv.ParseUint(fields["next"], 10, 32)
	if err != nil || next > MaxIndex {
		return x.damaged("next: is not an index")
	}
	return x.set(uint32(next))
}

func (x *Index) damaged(why string) *Error {
	return &Error{
		fmt.Sprintf("the descriptor's index in %s cannot be used: %s", x.path, why),
		"correct the file: next: is the index of the first address that no block has paid; or move it away to start again with the first address",
	}
}
