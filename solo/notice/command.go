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
)

// maxOutput bounds what is kept of a command's output for the log, in bytes.
const maxOutput = 2 << 10

// pipeTime is how long to wait for more output of a command that has ended, if a process that it started has not.
const pipeTime = time.Second

// Command is a program with its arguments. Parse makes one.
type Command struct {
	path string   // absolute
	args []string // the first is the program's name as the user gave it
	line string   // all of it, as the user gave it
}

// Parse splits text into words as on this system (splitWords), and looks up the program. The error says what is
// wrong without repeating the words; Form says what to give.
func Parse(text string) (*Command, error) {
	if strings.ContainsRune(text, 0) {
		return nil, errors.New("it has a zero byte")
	}
	line := strings.TrimSpace(text)
	words, err := splitWords(line)
	switch {
	case err != nil:
		return nil, err
	case len(words) == 0:
		return nil, errors.New("it names no program")
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
		return nil, fmt.Errorf("the program cannot be run: %w", err)
	}
	return &Command{path, words, line}, nil
}

// run runs the command until it ends, or kills it when ctx ends; the error is then ctx's cause. output is the first part of
// what the command printed.
func (c *Command) run(ctx context.Context, environ []string) (output string, err error) {
	var out head
	cmd := exec.CommandContext(ctx, c.path)
	cmd.Args, cmd.Env = c.args, environ
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.WaitDelay = pipeTime
	c.setUp(cmd)
	err = cmd.Run()
	if errors.Is(err, exec.ErrWaitDelay) { // it succeeded and left something running
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

// String returns what was kept, trimmed, with "..." if there was more.
func (h *head) String() string {
	text := strings.TrimSpace(strings.ToValidUTF8(h.kept.String(), "?"))
	if h.more {
		text += " ..."
	}
	return text
}

// environ returns this process's environment, without secrets and without facts from an ltcsolo that started this one, and
// the facts.
func environ(facts []string) []string {
	env := slices.DeleteFunc(os.Environ(), func(entry string) bool {
		return strings.HasPrefix(entry, "LTCSOLO_RPC_PASSWORD=") || strings.HasPrefix(entry, prefix)
	})
	return append(env, facts...)
}
