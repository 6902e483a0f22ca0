package journal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"ltcsolo/solo/delivery"
	"ltcsolo/template"
)

var errUnknown = errors.New("the block is not in the journal")

// Reader reads a directory of found blocks and changes nothing in it. It is safe for concurrent use.
type Reader struct {
	dir     string
	labels  Labels
	damaged []error

	mu    *sync.Mutex              // held while files are read or written; guards paths
	paths map[template.Hash]string // of every block's file: searching a large directory is slow
	seen  map[string]seenFile      // what was read of each file, by name: there may be thousands
}

// seenFile is what was read of a file that had this time and size then.
type seenFile struct {
	changed time.Time
	size    int64
	entry   entry
}

func newReader(dir string, labels Labels) Reader {
	return Reader{dir: dir, labels: labels, mu: new(sync.Mutex), paths: make(map[template.Hash]string), seen: make(map[string]seenFile)}
}

// Read reads the directory dir as it is. Another process may write to it at the same time.
func Read(dir string, labels Labels) (*Reader, error) {
	r := newReader(dir, labels)
	if err := r.survey(func(string) string { return "left as it is" }); err != nil {
		return nil, fmt.Errorf("read journal: %w", err)
	}
	return &r, nil
}

// Damaged returns what was wrong with the directory and its files at the opening. Each error names its file.
func (r *Reader) Damaged() []error { return slices.Clone(r.damaged) }

// Blocks returns all blocks, oldest first, without those of other networks.
func (r *Reader) Blocks() ([]delivery.Block, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	names, err := r.names()
	if err != nil {
		return nil, fmt.Errorf("read journal: %w", err)
	}
	var blocks []delivery.Block
	for _, name := range names {
		if e := r.read(name); e.unusable == nil {
			blocks = append(blocks, e.record.block(r.labels))
		}
	}
	slices.SortStableFunc(blocks, func(a, b delivery.Block) int { return a.Found.Compare(b.Found) })
	return blocks, nil
}

// Load returns a block with its bytes.
func (r *Reader) Load(blockHash template.Hash) (*delivery.Candidate, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	path, known := r.paths[blockHash]
	if !known {
		return nil, fmt.Errorf("load block %s: %w", blockHash, errUnknown)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("load block: %w", err)
	}
	rec, err := decode(text)
	if err != nil {
		if rec, err = salvage(text, err); err != nil {
			return nil, fmt.Errorf("load block: file %s: %w", path, err)
		}
	}
	return &rec.candidate, nil
}

// File returns the path of a block's file; "" if it has none.
func (r *Reader) File(blockHash template.Hash) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.paths[blockHash]
}

// Pending returns the blocks that are pending for these nodes (delivery.Block.Pending), with their bytes, oldest first.
func (r *Reader) Pending(nodes ...string) ([]*delivery.Candidate, error) {
	blocks, err := r.Blocks()
	if err != nil {
		return nil, err
	}
	var pending []*delivery.Candidate
	for _, b := range blocks {
		if !b.Pending(nodes...) {
			continue
		}
		c, err := r.Load(b.BlockHash)
		if err != nil {
			return pending, err
		}
		pending = append(pending, c)
	}
	return pending, nil
}

// survey reads every file once and records its path and what is wrong with it. It calls aside with each file of which
// nothing can be used; aside returns what it did with the file, as text.
func (r *Reader) survey(aside func(path string) string) error {
	names, err := r.names()
	if err != nil {
		return err
	}
	for _, name := range names {
		switch e := r.read(name); {
		case e.unusable != nil && e.torn:
			path := filepath.Join(r.dir, name)
			r.damaged = append(r.damaged, fmt.Errorf("file %s cannot be used and is %s: %w", path, aside(path), e.unusable))
		case e.unusable != nil:
			r.damaged = append(r.damaged, e.unusable)
		case e.damage != nil:
			r.damaged = append(r.damaged, fmt.Errorf("%w; the block in it is whole and will be sent", e.damage))
		}
	}
	return nil
}

// names returns the names of all blocks' files.
func (r *Reader) names() (names []string, err error) {
	files, err := os.ReadDir(r.dir)
	for _, f := range files {
		if strings.HasSuffix(f.Name(), suffix) && !isTemp(f.Name()) {
			names = append(names, f.Name())
		}
	}
	return names, err
}

// entry is what was read from a file.
type entry struct {
	record   record // without the block's bytes
	damage   error  // what is wrong with the file although its block is whole
	unusable error  // why its block cannot be used; nil if it can
	torn     bool   // unusable because the file contains no whole block
}

// read reads one file, unless it is as it was before, and records its path. Of a settled block it reads only the head.
func (r *Reader) read(name string) entry {
	path := filepath.Join(r.dir, name)
	info, err := os.Stat(path)
	if was, ok := r.seen[name]; ok && err == nil && was.size == info.Size() && was.changed.Equal(info.ModTime()) {
		return was.entry
	}
	e := r.readAnew(path, name)
	if err == nil && e.unusable == nil {
		r.seen[name] = seenFile{info.ModTime(), info.Size(), e}
	}
	return e
}

func (r *Reader) readAnew(path, name string) entry {
	e := readEntry(path)
	if e.unusable != nil {
		return e
	}
	if want := e.record.name(); name != want {
		return entry{unusable: fmt.Errorf("file %s is left as it is: its block belongs in a file named %s", path, want)}
	}
	if c := e.record.chain; c != r.labels.chain() {
		return entry{unusable: fmt.Errorf("file %s is left as it is: its block is of the chain %s", path, c.Name)}
	}
	if n := e.record.network; n != "" && r.labels.Network != "" && n != r.labels.Network {
		return entry{unusable: fmt.Errorf("file %s is left as it is: its block is of network %s", path, n)}
	}
	e.record.candidate.Block = nil
	r.paths[e.record.candidate.BlockHash] = path
	return e
}

// readEntry reads one file.
func readEntry(path string) (e entry) {
	f, err := os.Open(path)
	if err != nil {
		return entry{unusable: fmt.Errorf("read found block: %w", err)}
	}
	defer f.Close()
	text, err := readHead(f)
	if err != nil {
		return entry{unusable: fmt.Errorf("read found block: %w", err)}
	}
	if head, _, err := split(text); err == nil {
		if e.record, _, err = decodeHead(head); err == nil && e.record.block(Labels{}).Settled {
			return e
		}
	}
	rest, err := io.ReadAll(f)
	if err != nil {
		return entry{unusable: fmt.Errorf("read found block: %w", err)}
	}
	text = append(text, rest...)
	if e.record, err = decode(text); err == nil {
		return e
	}
	e.damage = fmt.Errorf("file %s is damaged: %w", path, err)
	if e.record, err = salvage(text, err); err == nil {
		return e
	}
	if errors.Is(err, errVersion) {
		return entry{unusable: fmt.Errorf("file %s is left as it is: %w", path, err)}
	}
	return entry{unusable: err, torn: true}
}

// readHead reads at least a file's head, if it has one: all before the block's line.
func readHead(f io.Reader) (text []byte, err error) {
	const chunk = 4 << 10
	for {
		old := len(text)
		text = slices.Grow(text, chunk)[:old+chunk]
		n, err := io.ReadFull(f, text[old:])
		text = text[:old+n]
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return text, nil
		case err != nil:
			return nil, err
		case bytes.Contains(text[max(0, old-len(keyBlock)-2):], []byte("\n"+keyBlock+": ")):
			return text, nil
		}
	}
}
