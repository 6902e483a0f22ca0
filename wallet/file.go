package wallet

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/robustio"
)

// maxSmall is the maximum size of a file in bytes.
const maxSmall = 4096

// readSmall reads a regular file of at most maxSmall bytes. A link is refused:
// somebody else may have put it there.
func readSmall(path string) (string, error) {
	info, err := os.Lstat(path)
	switch {
	case err != nil:
		return "", err
	case info.Mode()&os.ModeSymlink != 0:
		return "", errors.New("it is a link")
	case !info.Mode().IsRegular():
		return "", errors.New("it is not a regular file")
	case info.Size() > maxSmall:
		return "", errors.New("it is too long")
	}
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxSmall))
	return string(text), err
}

// readFields parses lines of key: value. Only these keys are allowed, each at
// most once. Empty lines and comments are skipped.
func readFields(text string, keys ...string) (fields map[string]string, ok bool) {
	fields = map[string]string{}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		key, value, ok := strings.Cut(line, ":")
		if _, twice := fields[key]; !ok || twice || !slices.Contains(keys, key) {
			return nil, false
		}
		fields[key] = strings.TrimSpace(value)
	}
	return fields, true
}

// durable writes a file and returns once it is on the disk. A crash at any
// moment leaves the old or the new content. Calls for the same path must not
// overlap; a temporary file left by a crash is removed, and so is a link in its
// place.
func durable(path string, text []byte) (err error) {
	dir := filepath.Dir(path)
	temp := filepath.Join(dir, tempName(path))
	os.Remove(temp)
	f, err := os.OpenFile(temp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if _, err := f.Write(text); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	// Windows refuses it while another program has the file open: robustio tries again for two seconds.
	if err := robustio.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncDir(dir)
}

// tempName returns the name of the temporary file for path.
func tempName(path string) string { return "." + filepath.Base(path) + ".writing" }

// syncDir makes renames in dir durable.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // directories cannot be synced there
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
