package journal

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// disk is what durable needs of the operating system. Tests let its steps fail.
type disk struct {
	create  func(dir, pattern string) (file, error)
	rename  func(from, to string) error
	syncDir func(dir string) error
}

// file is what durable needs of an *os.File.
type file interface {
	io.WriteCloser
	Name() string
	Sync() error
}

var realDisk = disk{
	// os.CreateTemp makes files of mode 0600 (fileMode) and has no other.
	create:  func(dir, pattern string) (file, error) { return os.CreateTemp(dir, pattern) },
	rename:  os.Rename,
	syncDir: syncDir,
}

// durable writes a file so that after a crash at any moment it is there as it was or as it shall be, and returns
// only when it is as it shall be on the disk itself: without the sync of the directory a rename can be forgotten.
// (renameio does not sync the directory, and does not exist for Windows.)
func (d disk) durable(path string, content []byte) (err error) {
	dir := filepath.Dir(path)
	f, err := d.create(dir, tempPattern(filepath.Base(path)))
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
	if err := d.rename(f.Name(), path); err != nil {
		return err
	}
	if err := d.syncDir(dir); err != nil {
		return fmt.Errorf("sync directory: %w", err)
	}
	return nil
}

// probeSize is about a block of Litecoin's main network in hex.
const probeSize = 256 << 10

// probe finds out before a block is found whether one could be kept. err says that no file can be made, room that
// none can be filled.
func (d disk) probe(dir string) (room, err error) {
	f, err := d.create(dir, ".probe-*")
	if err != nil {
		return nil, err
	}
	_, room = f.Write(make([]byte, probeSize))
	return errors.Join(room, f.Sync(), f.Close()), os.Remove(f.Name())
}

// A temporary file's name is that of its file with a dot before it and this and digits behind it.
const tempMark = ".writing-"

func tempPattern(name string) string { return "." + name + tempMark + "*" }

func isTemp(name string) bool {
	return strings.HasPrefix(name, ".") && strings.Contains(name, suffix+tempMark)
}

// finalName is the name that a temporary file would have got.
func finalName(temp string) string {
	name, _, _ := strings.Cut(temp[1:], tempMark)
	return name
}
