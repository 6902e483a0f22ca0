//go:build !windows

package notice

import (
	"errors"

	"github.com/mattn/go-shellwords"
)

// Form says how a command is given.
const Form = "give a program and its arguments, quoted as for a shell; to use a shell: sh -c '...'"

// splitWords splits a command like a shell, with quotes and backslashes but no other shell syntax.
func splitWords(line string) ([]string, error) {
	p := shellwords.NewParser()
	variable := false
	p.ParseEnv, p.Getenv = true, func(string) string {
		variable = true
		return ""
	}
	words, err := p.Parse(line)
	switch {
	case err != nil:
		return nil, errors.New("it has a quote or bracket that is not closed")
	case p.Position >= 0:
		return nil, errors.New("it has one of ; & | < > outside quotes, which only a shell understands")
	case variable:
		return nil, errors.New("it has a $ outside single quotes, which only a shell expands")
	}
	return words, nil
}
