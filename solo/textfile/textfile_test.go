package textfile_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ltcsolo/solo/textfile"
)

func TestRead(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	if err := os.WriteFile(path, []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		path    string
		limit   int64
		want    string
		refusal string
	}{
		{path, 4, "text", ""},
		{os.DevNull, 4, "", ""},
		{path, 3, "", "larger than 3 bytes"},
		{dir, 4, "", "it is a directory"},
		{filepath.Join(dir, "absent"), 4, "", "no such file"},
	} {
		got, err := textfile.Read(tt.path, tt.limit)
		if string(got) != tt.want || (err != nil) != (tt.refusal != "") || err != nil && !strings.Contains(err.Error(), tt.refusal) {
			t.Errorf("Read(%s, %d) = %q, %v, want %q, %q", tt.path, tt.limit, got, err, tt.want, tt.refusal)
		}
	}
}

func TestUTF8(t *testing.T) {
	for in, want := range map[string]string{"": "", "a": "a", "\xef\xbb\xbfa": "a", "a\xef\xbb\xbf": "a\xef\xbb\xbf", "\xef\xbb": "\xef\xbb"} {
		if got, err := textfile.UTF8([]byte(in)); string(got) != want || err != nil {
			t.Errorf("UTF8(%q) = %q, %v, want %q", in, got, err, want)
		}
	}
	for _, in := range []string{"\xff\xfea\x00", "\xfe\xff\x00a"} {
		if got, err := textfile.UTF8([]byte(in)); !errors.Is(err, textfile.ErrUTF16) {
			t.Errorf("UTF8(%q) = %q, %v, want ErrUTF16", in, got, err)
		}
	}
}
