package notice

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "notes"), []byte("no program"), 0o600); err != nil {
		t.Fatal(err)
	}
	self := "'" + os.Args[0] + "'"
	tests := []struct {
		name, in string
		args     []string // after the program
		want     string   // of the error
	}{
		{"alone", self, nil, ""},
		{"words", self + "  a\tb ", []string{"a", "b"}, ""},
		{"quotes", self + ` 'a b' "c 'd'" e\ f ''`, []string{"a b", "c 'd'", "e f", ""}, ""},
		{"for a shell", self + ` -c 'echo "$SOLO_MESSAGE" | mail me; true'`, []string{"-c", `echo "$SOLO_MESSAGE" | mail me; true`}, ""},
		{"empty", " ", nil, "names no program"},
		{"pipe", self + " | cat", nil, "only a shell understands"},
		{"two commands", self + "; rm x", nil, "only a shell understands"},
		{"redirection", self + " >log", nil, "only a shell understands"},
		{"variable", self + " $SOLO_MESSAGE", nil, "only a shell expands"},
		{"variable in quotes", self + ` "${SOLO_MESSAGE}"`, nil, "only a shell expands"},
		{"open quote", self + " 'a", nil, "not closed"},
		{"zero byte", self + " a\x00b", nil, "zero byte"},
		{"absent", filepath.Join(dir, "absent"), nil, "cannot be run: "},
		{"absent in the path", "no-such-program-anywhere", nil, "not found"},
		{"not a program", "'" + filepath.Join(dir, "notes") + "'", nil, "cannot be run: "},
		{"a directory", "'" + dir + "'", nil, "cannot be run: "},
	}
	for _, tt := range tests {
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
