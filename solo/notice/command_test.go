package notice

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// parsed is a command and what Parse makes of it.
type parsed struct {
	name, in string
	args     []string // after the program
	want     string   // of the error
}

func TestParse(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "notes"), []byte("no program"), 0o600); err != nil {
		t.Fatal(err)
	}
	self := quoted(os.Args[0])
	tests := []parsed{
		{"alone", self, nil, ""},
		{"words", " " + self + "  a\tb ", []string{"a", "b"}, ""},
		{"double quotes", self + ` "a b" "c 'd'" ""`, []string{"a b", "c 'd'", ""}, ""},
		{"empty", " ", nil, "names no program"},
		{"pipe", self + " | cat", nil, "only a shell understands"},
		{"redirection", self + " >log", nil, "only a shell understands"},
		{"open quote", self + ` "a`, nil, "not closed"},
		{"zero byte", self + " a\x00b", nil, "zero byte"},
		{"absent", quoted(filepath.Join(dir, "absent")), nil, "cannot be run: "},
		{"absent in the path", "no-such-program-anywhere", nil, "not found"},
		{"not a program", quoted(filepath.Join(dir, "notes")), nil, "cannot be run: "},
		{"a directory", quoted(dir), nil, "cannot be run: "},
	}
	for _, tt := range append(tests, parsedHere(self)...) {
		t.Run(tt.name, func(t *testing.T) {
			c, err := Parse(tt.in)
			if tt.want != "" {
				if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), dir) {
					t.Errorf("Parse(%q) = %v, want an error with %q and without the words", tt.in, err, tt.want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := c.args[1:]; !slices.Equal(got, tt.args) || !filepath.IsAbs(c.path) {
				t.Errorf("Parse(%q) = %q with %q, want %q", tt.in, c.path, got, tt.args)
			}
		})
	}
}

// A command that succeeded has ended, even if it left something running that keeps its output open.
func TestCommandMayLeaveSomethingRunning(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pid")
	if output, err := command(t, "leave", file).run(context.Background(), os.Environ()); err != nil {
		t.Errorf("run() = %q, %v", output, err)
	}
	end(t, file)
}
