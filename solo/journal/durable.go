package journal

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// disk is what durable needs from the operating system. Tests make its steps fail.
type disk struct {
	create  func(dir, pattern string) (file, error)
	rename  func(from, to string) error
	syncDir func(dir string) error
}

// file is what durable needs from an *os.File.
type file interface {
	io.WriteCloser
	Name() string
	Sync() error
}

var realDisk = disk{
	// os.CreateTemp always uses mode 0600, which is fileMode.
	create:  func(dir, pattern string) (file, error) { return os.CreateTemp(dir, pattern) },
	rename:  os.Rename,
	syncDir: syncDir,
}

// durable writes a file. After a crash at any moment the file has its old or its new content, and once durable returns the
// new content is on the disk itself: without the sync of the directory the rename could be lost. (renameio does not sync
// the directory and does not support Windows.)
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

// probeSize is about the size of a main network block in hex.
const probeSize = 256 << 10

// probe tests whether a found block could be saved. err says that no file can be created, room that none can be filled.
func (d disk) probe(dir string) (room, err error) {
	f, err := d.create(dir, ".probe-*")
	if err != nil {
		return nil, err
	}
	_, room = f.Write(make([]byte, probeSize))
	return errors.Join(room, f.Sync(), f.Close()), os.Remove(f.Name())
}

// tempMark is part of a temporary file's name: a dot, the final name, tempMark and digits.
const tempMark = ".writing-"

func tempPattern(name string) string { return "." + name + tempMark + "*" }

func isTemp(name string) bool {
	return strings.HasPrefix(name, ".") && strings.Contains(name, suffix+tempMark)
}

// finalName returns the name that a temporary file was to get.
func finalName(temp string) string {
	name, _, _ := strings.Cut(temp[1:], tempMark)
	return name
}
