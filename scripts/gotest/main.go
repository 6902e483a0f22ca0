// Command gotest runs go test and tells of each package when it has finished, not in the order of their names: one line
// for a package that passes, its whole output for one that fails. Its arguments are those of go test.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

func main() {
	cmd := exec.Command("go", append([]string{"test", "-json"}, os.Args[1:]...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err == nil {
		if err = tell(os.Stdout, out); err == nil {
			err = cmd.Wait()
		}
	}
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit) && exit.ExitCode() > 0:
		os.Exit(exit.ExitCode())
	case err != nil:
		fmt.Fprintln(os.Stderr, "gotest:", err)
		os.Exit(1)
	}
}

// event is a line of "go test -json" (go doc test2json).
type event struct {
	Action     string
	Package    string
	ImportPath string // of output of the build
	Test       string
	Elapsed    float64
	Output     string
}

// tell reads events and writes what people want to know of them.
func tell(w io.Writer, events io.Reader) error {
	output := map[string]*strings.Builder{} // of the packages that have not finished
	lines := bufio.NewReader(events)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			var e event
			if json.Unmarshal(line, &e) != nil {
				w.Write(line) // go itself has something to say
			} else {
				tellOne(w, output, e)
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read the output of go test: %w", err)
		}
	}
}

func tellOne(w io.Writer, output map[string]*strings.Builder, e event) {
	if e.Action == "build-output" {
		fmt.Fprint(w, e.Output)
		return
	}
	text := output[e.Package]
	if text == nil {
		text = &strings.Builder{}
		output[e.Package] = text
	}
	if e.Action == "output" {
		text.WriteString(e.Output)
	}
	if e.Test != "" {
		return
	}
	switch e.Action {
	case "pass":
		fmt.Fprintf(w, "ok    %s %.1fs\n", e.Package, e.Elapsed)
	case "skip":
		fmt.Fprintf(w, "ok    %s has no tests\n", e.Package)
	case "fail":
		fmt.Fprintf(w, "FAIL  %s %.1fs\n%s", e.Package, e.Elapsed, text)
	default:
		return
	}
	delete(output, e.Package)
}
