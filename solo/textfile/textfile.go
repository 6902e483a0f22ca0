// Package textfile reads the files that people and litecoind write for ltcsolo: configuration, passwords, saved replies.
package textfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
)

// ErrUTF16 says that a text is not UTF-8: PowerShell's > and some editors write UTF-16.
var ErrUTF16 = errors.New("it is UTF-16: save it as UTF-8")

// Mark is the invisible byte-order mark with which some editors begin a file in UTF-8.
var Mark = []byte("\xef\xbb\xbf")

// Read returns the content of a regular file of at most limit bytes. Anything else is refused: a pipe or a terminal may
// never end, and a pipe is empty when it is read again. The null device is an empty file.
func Read(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, errors.New("it is a directory")
	case isNull(info):
		return nil, nil
	case !info.Mode().IsRegular():
		return nil, errors.New("it is a pipe or a device, not a file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(b)) > limit {
		return nil, fmt.Errorf("it is larger than %d bytes", limit)
	}
	return b, nil
}

func isNull(info os.FileInfo) bool {
	null, err := os.Stat(os.DevNull)
	return err == nil && os.SameFile(info, null)
}

// UTF8 returns a text without a byte-order mark at its start. The error is ErrUTF16.
func UTF8(text []byte) ([]byte, error) {
	if IsUTF16(text) {
		return nil, ErrUTF16
	}
	return bytes.TrimPrefix(text, Mark), nil
}

// IsUTF16 reports whether a text begins with the byte-order mark of UTF-16.
func IsUTF16(text []byte) bool {
	return bytes.HasPrefix(text, []byte("\xff\xfe")) || bytes.HasPrefix(text, []byte("\xfe\xff"))
}
