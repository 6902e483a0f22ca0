package notice

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/mattn/go-shellwords"
)

// maxOutput is how much of a command's output is kept for the log, in bytes.
const maxOutput = 2 << 10

// pipeTime is how long a command's output is waited for when it has ended but something that it started has not.
const pipeTime = time.Second

// Command is a program and its arguments.
type Command struct {
	path string   // absolute
	args []string // with the program's name as it was given
}

// Parse splits text into words as a shell does, with quotes and backslashes but nothing else of a shell, and looks for
// the program. The error says what cannot be run, without the words.
func Parse(text string) (*Command, error) {
	p := shellwords.NewParser()
	variable := false
	p.ParseEnv, p.Getenv = true, func(string) string {
		variable = true
		return ""
	}
	words, err := p.Parse(text)
	switch {
	case err != nil:
		return nil, errors.New("it has a quote or bracket without its other half")
	case p.Position >= 0:
		return nil, errors.New("it has one of ; & | < > outside of quotes, which only a shell understands")
	case variable:
		return nil, errors.New("it has a $ outside of single quotes, which only a shell replaces")
	case len(words) == 0:
		return nil, errors.New("it names no program")
	case slices.ContainsFunc(words, func(w string) bool { return strings.ContainsRune(w, 0) }):
		return nil, errors.New("it has a zero byte")
	}
	path, err := exec.LookPath(words[0])
	if err != nil {
		var which *exec.Error
		var file *fs.PathError
		switch {
		case errors.As(err, &file):
			err = file.Err
		case errors.As(err, &which):
			err = which.Err
		}
		return nil, fmt.Errorf("its program cannot be run: %w", err)
	}
	return &Command{path, words}, nil
}

// run runs the command and waits for its end, or kills it when ctx ends. The output is what it printed first.
func (c *Command) run(ctx context.Context, environ []string) (output string, err error) {
	var out head
	cmd := exec.CommandContext(ctx, c.path)
	cmd.Args, cmd.Env = c.args, environ
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.WaitDelay = pipeTime
	ownGroup(cmd)
	err = cmd.Run()
	if errors.Is(err, exec.ErrWaitDelay) { // it ended well, and left something running
		err = nil
	}
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return out.String(), err
}

// head keeps the first bytes that are written to it. It is used by one goroutine at a time.
type head struct {
	kept bytes.Buffer
	more bool
}

func (h *head) Write(b []byte) (int, error) {
	room := min(len(b), maxOutput-h.kept.Len())
	h.kept.Write(b[:room])
	h.more = h.more || room < len(b)
	return len(b), nil
}

// String is what was kept, without white space at its ends.
func (h *head) String() string {
	text := strings.TrimSpace(strings.ToValidUTF8(h.kept.String(), "?"))
	if h.more {
		text += " ..."
	}
	return text
}

// environ is the program's environment without its secrets and without earlier facts, and then the facts.
func environ(facts []string) []string {
	env := slices.DeleteFunc(os.Environ(), func(entry string) bool {
		return strings.HasPrefix(entry, "LTCSOLO_RPC_PASSWORD=") || strings.HasPrefix(entry, prefix)
	})
	return append(env, facts...)
}
