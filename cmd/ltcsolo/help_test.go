package main

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/urfave/cli/v2"
)

// helpOf returns the help of a command, empty for the program's own, on a terminal with so many columns.
func helpOf(t *testing.T, columns string, path ...string) string {
	t.Helper()
	t.Setenv("COLUMNS", columns)
	app := newApp()
	var out bytes.Buffer
	app.Writer = &out
	if err := app.Run(append(append([]string{"ltcsolo"}, path...), "--help")); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// The help of every command fits terminals down to 60 columns. It says the same at every width, and commands that are
// broken can still be pasted.
func TestHelpFits(t *testing.T) {
	plain := func(text string) string { // without line breaks
		text = strings.ReplaceAll(text, " \\\n", "\n")
		return strings.Join(strings.Fields(text), " ")
	}
	var visit func(above []string, commands []*cli.Command)
	visit = func(above []string, commands []*cli.Command) {
		for _, c := range commands {
			path := append(append([]string{}, above...), c.Name)
			checkHelp(t, plain, path)
			visit(path, c.Subcommands)
		}
	}
	checkHelp(t, plain, nil)
	visit(nil, newApp().Commands)
}

func checkHelp(t *testing.T, plain func(string) string, path []string) {
	t.Helper()
	whole := helpOf(t, "", path...)
	for _, columns := range []struct {
		text  string
		width int
	}{{"60", 60}, {"72", 72}, {"80", 80}} {
		text := helpOf(t, columns.text, path...)
		if plain(text) != plain(whole) {
			t.Errorf("%v at %s columns says something else:\n%s", path, columns.text, text)
		}
		for line := range strings.Lines(text) {
			if line = strings.TrimSuffix(line, "\n"); utf8.RuneCountInString(line) > columns.width && strings.Contains(strings.TrimSpace(line), " ") {
				t.Errorf("%v at %s columns has a line of %d: %s", path, columns.text, utf8.RuneCountInString(line), line)
			}
		}
	}
}

// The many flags of mine stand in groups, each flag in one.
func TestHelpGroups(t *testing.T) {
	text := helpOf(t, "", "mine")
	at := 0
	for _, want := range []string{
		"\nWho is paid:\n  --address ", "\n\nThis machine:\n  --threads ", "\n\nWhen to stop:\n  --blocks ", "\n\nFiles and results:\n  --state ",
		"\n\nThe node:\n", "\n\nTo watch it, and to be told:\n", "\n\nFlags:\n  --help ",
	} {
		i := strings.Index(text[at:], want)
		if i < 0 {
			t.Fatalf("the help lacks %q after position %d:\n%s", want, at, text)
		}
		at += i
	}
	for _, f := range mineCommand().Flags {
		if n := len(regexp.MustCompile(`(?m)^  --`+f.Names()[0]+`\b[^-]`).FindAllString(text, -1)); n != 1 {
			t.Errorf("--%s stands %d times in the help", f.Names()[0], n)
		}
	}
}
