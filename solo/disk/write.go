package disk

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/robustio"
)

// System is what the write of a file needs from the operating system. Tests make its steps fail.
type System struct {
	Create  func(dir, pattern string) (File, error) // as os.CreateTemp, with mode 0600
	Rename  func(from, to string) error
	SyncDir func(dir string) error
}

// File is what the write of a file needs from an *os.File.
type File interface {
	io.WriteCloser
	Name() string
	Sync() error
}

// On Windows a file cannot be replaced while another program, such as a virus scanner, has it open: robustio tries again
// for two seconds.
var realSystem = System{
	Create:  func(dir, pattern string) (File, error) { return os.CreateTemp(dir, pattern) },
	Rename:  robustio.Rename,
	SyncDir: syncDir,
}

// TempMark is part of a temporary file's name: a dot, the file's own name, TempMark and digits.
const TempMark = ".writing-"

// Temps returns the paths of the temporary files in dir that a run left that was killed while it wrote: those of the file
// with that name, or of all files if name is empty.
func Temps(dir, name string) (paths []string) {
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if of, _, ok := strings.Cut(e.Name(), TempMark); ok && (of == "."+name || name == "" && strings.HasPrefix(of, ".")) {
			paths = append(paths, filepath.Join(dir, e.Name()))
		}
	}
	return paths
}

// write is [Writer.Write]. Without the sync of the directory the rename could be lost. (renameio does not sync the
// directory and does not support Windows.)
func (s System) write(path string, content []byte) (err error) {
	dir := filepath.Dir(path)
	f, err := s.Create(dir, "."+filepath.Base(path)+TempMark+"*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if _, err := f.Write(content); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := s.Rename(f.Name(), path); err != nil {
		return err
	}
	if err := s.SyncDir(dir); err != nil {
		return fmt.Errorf("sync directory: %w", err)
	}
	return nil
}

// probe is [Writer.Probe].
func (l *local) probe(dir string, size int) (room, err error) {
	f, err := l.system.Create(dir, ".probe-*")
	if err != nil {
		return nil, err
	}
	_, room = f.Write(make([]byte, size))
	return errors.Join(room, f.Sync(), f.Close()), os.Remove(f.Name())
}
