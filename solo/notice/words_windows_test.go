package notice

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func quoted(path string) string { return `"` + path + `"` }

// parsedHere are commands that are read so on this system; self is this program.
func parsedHere(self string) []parsed {
	return []parsed{
		{"a path", self + ` C:\Users\me\page.txt "D:\my notes\page.txt"`, []string{`C:\Users\me\page.txt`, `D:\my notes\page.txt`}, ""},
		{"a share", self + ` \\server\share\`, []string{`\\server\share\`}, ""},
		{"single quotes", self + ` 'a b'`, []string{"'a", "b'"}, ""},
		{"an escaped quote", self + ` "say \"hello\"" c`, []string{`say "hello"`, "c"}, ""},
		{"for PowerShell", self + ` -Command "echo $env:SOLO_MESSAGE | mail; exit"`, []string{"-Command", "echo $env:SOLO_MESSAGE | mail; exit"}, ""},
		{"for cmd", self + ` /c "copy a b & del a"`, []string{"/c", "copy a b & del a"}, ""},
		{"two commands", self + " & del x", nil, "only a shell understands"},
		{"behind an escaped quote", self + ` \" & del x`, nil, "only a shell understands"},
		{"a fact for cmd", self + ` /c "echo %solo_message%"`, nil, "cmd would run"},
	}
}

// A path of the system's own form names the program, and the line reaches it as it was given.
func TestBackslashes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "my scripts")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	script, told := filepath.Join(dir, "page.cmd"), filepath.Join(dir, "told")
	if err := os.WriteFile(script, []byte("@echo %1>\""+told+"\"\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Parse(quoted(script) + ` C:\new\table`)
	if err != nil {
		t.Fatal(err)
	}
	if output, err := c.run(context.Background(), os.Environ()); err != nil {
		t.Fatalf("run() = %q, %v", output, err)
	}
	if text, err := os.ReadFile(told); err != nil || strings.TrimSpace(string(text)) != `C:\new\table` {
		t.Errorf("the script got %q, %v", text, err)
	}
}
