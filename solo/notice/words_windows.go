package notice

import (
	"errors"
	"strings"

	"golang.org/x/sys/windows"
)

// Form says how a command is given.
const Form = "give a program and its arguments, with double quotes around what has spaces; " +
	`to use a shell: powershell -Command "... $env:SOLO_MESSAGE ..."`

// splitWords splits a command as programs do here (CommandLineToArgvW): double quotes hold spaces together, and a backslash is
// part of a path unless a double quote follows. The program gets the line itself (setUp); the words tell which one it is.
func splitWords(line string) ([]string, error) {
	outside, closed := outsideQuotes(line)
	switch {
	case !closed:
		return nil, errors.New("it has a double quote that is not closed")
	case strings.ContainsAny(outside, "&|<>"):
		return nil, errors.New("it has one of & | < > outside quotes, which only a shell understands")
	case strings.Contains(strings.ToUpper(line), "%"+prefix):
		// A miner chooses its own name, and that of a worker is in a fact.
		return nil, errors.New("it has a fact between % and %, and cmd would run what is written in it; PowerShell's $env: is safe")
	}
	return windows.DecomposeCommandLine(line)
}

// outsideQuotes returns what of a command line stands outside double quotes, and whether the last one is closed. A quote
// behind an odd number of backslashes is a character like others.
func outsideQuotes(line string) (outside string, closed bool) {
	var b strings.Builder
	inside, backslashes := false, 0
	for _, r := range line {
		if r == '"' && backslashes%2 == 0 {
			inside = !inside
		} else if !inside {
			b.WriteRune(r)
		}
		if r == '\\' {
			backslashes++
		} else {
			backslashes = 0
		}
	}
	return b.String(), !inside
}
