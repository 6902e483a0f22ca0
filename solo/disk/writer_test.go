package disk

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"go.uber.org/goleak"
)

const childWord = "__writer"

// plays are what the test binary does with such a first argument.
var plays = map[string]func(){childWord: func() { Serve(os.Stdin, os.Stdout) }}

// TestMain lets the test binary be the child process, and the parent of one that is killed.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 {
		if play := plays[os.Args[1]]; play != nil {
			play()
			return
		}
	}
	goleak.VerifyTestMain(m)
}

// detached returns a Writer with a child process, where there can be one, and what it logs.
func detached(t *testing.T) (*Writer, *bytes.Buffer) {
	t.Helper()
	var log bytes.Buffer
	w := New(childWord)
	w.Detach(slog.New(slog.NewTextHandler(&log, nil)))
	t.Cleanup(w.Close)
	return w, &log
}

// both runs a test in this process and in a child process.
func both(t *testing.T, test func(t *testing.T, w *Writer)) {
	t.Run("local", func(t *testing.T) {
		w := Local()
		t.Cleanup(w.Close)
		test(t, w)
	})
	t.Run("child", func(t *testing.T) {
		w, log := detached(t)
		test(t, w)
		if log.Len() > 0 {
			t.Errorf("log: %s", log)
		}
	})
}

func TestChanges(t *testing.T) {
	both(t, func(t *testing.T, w *Writer) {
		dir := filepath.Join(t.TempDir(), "a", "b")
		at := func(name string) string { return filepath.Join(dir, name) }
		large := bytes.Repeat([]byte("0123456789abcdef"), 1<<19)
		for _, change := range []struct {
			what string
			do   func() error
			path string
			want string // content afterwards; "-": no such file
		}{
			{"make the directory", func() error { return w.MakeDir(dir) }, at("x"), "-"},
			{"make it again", func() error { return w.MakeDir(dir) }, at("x"), "-"},
			{"write", func() error { return w.Write(at("x"), []byte("one")) }, at("x"), "one"},
			{"write again", func() error { return w.Write(at("x"), []byte("two")) }, at("x"), "two"},
			{"write a large file", func() error { return w.Write(at("large"), large) }, at("large"), string(large)},
			{"write nothing", func() error { return w.Write(at("empty"), nil) }, at("empty"), ""},
			{"rename", func() error { return w.Rename(at("x"), at("y")) }, at("y"), "two"},
			{"sync", func() error { return w.SyncDir(dir) }, at("x"), "-"},
			{"truncate", func() error { return w.Truncate(at("y"), 1) }, at("y"), "t"},
			{"create", func() error { return w.Create(at("z")) }, at("z"), ""},
			{"create again", func() error { return w.Create(at("y")) }, at("y"), "t"},
			{"remove", func() error { return w.Remove(at("y")) }, at("y"), "-"},
			{"append", func() error { return w.Append(at("log"), []byte("1\n")) }, at("log"), "1\n"},
			{"append more", func() error { return w.Append(at("log"), []byte("2\n")) }, at("log"), "1\n2\n"},
			{"rename the log", func() error { return w.Rename(at("log"), at("log.1")) }, at("log"), "-"},
			{"append to the renamed", func() error { return w.Append(at("log"), []byte("3\n")) }, at("log.1"), "1\n2\n3\n"},
			{"reopen", func() error { return w.Reopen(at("log")) }, at("log"), ""},
			{"append to the new", func() error { return w.Append(at("log"), []byte("4\n")) }, at("log"), "4\n"},
			{"replace the log", func() error { return w.Write(at("log"), []byte("5\n")) }, at("log"), "5\n"},
			{"release", func() error { return w.Release(at("log")) }, at("log"), "5\n"},
			{"append to the replaced", func() error { return w.Append(at("log"), []byte("6\n")) }, at("log"), "5\n6\n"},
			{"release what is not open", func() error { return w.Release(at("absent")) }, at("absent"), "-"},
		} {
			if err := change.do(); err != nil {
				t.Fatalf("%s: %v", change.what, err)
			}
			got, err := os.ReadFile(change.path)
			if gone := errors.Is(err, fs.ErrNotExist); gone != (change.want == "-") || !gone && string(got) != change.want {
				t.Errorf("%s: %s is %.40q, %v, want %.40q", change.what, filepath.Base(change.path), got, err, change.want)
			}
		}
		for path, want := range map[string]os.FileMode{dir: 0o700, at("log"): 0o600, at("z"): 0o600, at("large"): 0o600} {
			if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
				t.Errorf("%s has mode %v, %v, want %v", path, info.Mode(), err, want)
			}
		}
		if temps, _ := filepath.Glob(at(".*")); len(temps) > 0 {
			t.Errorf("left over: %v", temps)
		}
	})
}

// An error of the child process is what it would be here: its text, what it is, and the path that terminal.WithoutPath
// takes away.
func TestErrors(t *testing.T) {
	dir := t.TempDir()
	absent, file := filepath.Join(dir, "absent"), filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		do   func(w *Writer) error
		want error
	}{
		{"remove what is absent", func(w *Writer) error { return w.Remove(absent) }, fs.ErrNotExist},
		{"truncate what is absent", func(w *Writer) error { return w.Truncate(absent, 0) }, fs.ErrNotExist},
		{"rename what is absent", func(w *Writer) error { return w.Rename(absent, file) }, fs.ErrNotExist},
		{"append in an absent directory", func(w *Writer) error { return w.Append(filepath.Join(absent, "x"), nil) }, fs.ErrNotExist},
		{"directory below a file", func(w *Writer) error { return w.MakeDir(filepath.Join(file, "x")) }, syscall.ENOTDIR},
		{"rename over a directory", func(w *Writer) error { return w.Rename(file, dir) }, fs.ErrExist},
		{"no errno", func(w *Writer) error { return w.do(request{Op: -1, Path: file}) }, nil},
	}
	if _, err := os.Stat("/dev/full"); err == nil {
		tests = append(tests, struct {
			name string
			do   func(w *Writer) error
			want error
		}{"full disk", func(w *Writer) error { return w.Append("/dev/full", []byte("x")) }, syscall.ENOSPC})
	}
	here := Local()
	t.Cleanup(here.Close)
	w, log := detached(t)
	for _, tt := range tests {
		want, got := tt.do(here), tt.do(w)
		if got == nil || want == nil || got.Error() != want.Error() || tt.want != nil && (!errors.Is(want, tt.want) || !errors.Is(got, tt.want)) {
			t.Errorf("%s: %v from the child, %v here, want %v", tt.name, got, want, tt.want)
		}
		var a, b *fs.PathError
		if errors.As(want, &a) != errors.As(got, &b) || a != nil && (*a != *b) {
			t.Errorf("%s: path error %v from the child, %v here", tt.name, b, a)
		}
	}
	if log.Len() > 0 {
		t.Errorf("log: %s", log)
	}
}

// A write that fails at any step leaves the old file and nothing else.
func TestWriteFailsAtAnyStep(t *testing.T) {
	for _, at := range []string{"create", "write", "sync", "close", "rename"} {
		t.Run(at, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "x")
			if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
				t.Fatal(err)
			}
			fail := func(step string, do func() error) error {
				if step == at {
					return syscall.ENOSPC
				}
				return do()
			}
			s := realSystem
			s.Create = func(dir, pattern string) (f File, err error) {
				err = fail("create", func() error { f, err = os.CreateTemp(dir, pattern); return err })
				return failing{f, fail}, err
			}
			s.Rename = func(from, to string) error { return fail("rename", func() error { return os.Rename(from, to) }) }
			if err := On(s).Write(path, []byte("new")); !errors.Is(err, syscall.ENOSPC) {
				t.Errorf("Write = %v, want %v", err, syscall.ENOSPC)
			}
			files, err := os.ReadDir(dir)
			if text, _ := os.ReadFile(path); string(text) != "old" || err != nil || len(files) != 1 {
				t.Errorf("the file is %q, the directory %v, %v", text, files, err)
			}
		})
	}
}

type failing struct {
	File
	fail func(step string, do func() error) error
}

func (f failing) Write(b []byte) (n int, err error) {
	err = f.fail("write", func() error { n, err = f.File.Write(b); return err })
	return n, err
}

func (f failing) Sync() error  { return f.fail("sync", f.File.Sync) }
func (f failing) Close() error { f.File.Close(); return f.fail("close", func() error { return nil }) }

// Changes are made at the same time, and each gets its own answer.
func TestManyAtOnce(t *testing.T) {
	both(t, func(t *testing.T, w *Writer) {
		dir := t.TempDir()
		results := make(chan error)
		const many = 50
		for i := range many {
			path := filepath.Join(dir, fmt.Sprint(i))
			go func() {
				text := strings.Repeat(fmt.Sprint(i), 1000*i)
				err := w.Write(path, []byte(text))
				if got, readErr := os.ReadFile(path); string(got) != text {
					err = fmt.Errorf("file %d: %d bytes, %v %v", i, len(got), readErr, err)
				}
				absent := filepath.Join(dir, fmt.Sprint("no", i))
				if e := w.Remove(absent); e == nil || !strings.Contains(e.Error(), absent) {
					err = fmt.Errorf("remove %s: %v", absent, e)
				}
				results <- err
			}()
		}
		for range many {
			if err := <-results; err != nil {
				t.Error(err)
			}
		}
	})
}

func BenchmarkWrite(b *testing.B) {
	for name, w := range map[string]*Writer{"local": Local(), "child": New(childWord)} {
		w.Detach(slog.New(slog.DiscardHandler))
		for _, size := range []int{1 << 10, 200 << 10, 2 << 20} {
			b.Run(fmt.Sprintf("%s/%dkB", name, size>>10), func(b *testing.B) {
				path, text := filepath.Join(b.TempDir(), "x"), make([]byte, size)
				for b.Loop() {
					if err := w.Write(path, text); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		w.Close()
	}
}

// What a crash leaves of a write is found by the name of its file, and nothing else is.
func TestTemps(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{".a.json.writing-12", ".b.json.writing-3", "a.json", ".a.json", "c.writing-4"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	a, b := filepath.Join(dir, ".a.json.writing-12"), filepath.Join(dir, ".b.json.writing-3")
	for name, want := range map[string][]string{"a.json": {a}, "b.json": {b}, "": {a, b}, "a": nil, "c": nil} {
		if got := Temps(dir, name); !slices.Equal(got, want) {
			t.Errorf("of %q there are %q, want %q", name, got, want)
		}
	}
	if got := Temps(filepath.Join(dir, "absent"), ""); got != nil {
		t.Errorf("a directory that is absent has %q", got)
	}
}
