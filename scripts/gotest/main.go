// Command gotest runs go test and tells of each package when it has finished, not in the order of their names: one line
// for a package that passes, for one that fails what its tests printed that did not pass. Its last lines name these tests.
// Its arguments are those of go test.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
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
	packages := map[string]*results{} // those that have not finished
	var failed []string
	lines := bufio.NewReader(events)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			var e event
			if json.Unmarshal(line, &e) != nil {
				w.Write(line) // go itself has something to say
			} else {
				failed = append(failed, tellOne(w, packages, e)...)
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("read the output of go test: %w", err)
		}
	}
	for _, name := range failed {
		fmt.Fprintf(w, "failed: %s\n", name)
	}
	return nil
}

// results are those of one package's tests so far.
type results struct {
	started []string           // the tests, by their start; "" is the package itself
	output  map[string]*[]byte // of the tests that have not passed
}

// tellOne takes one event, writes what is to be told of it, and returns the names of the tests that a failed package
// leaves behind.
func tellOne(w io.Writer, packages map[string]*results, e event) (failed []string) {
	if e.Action == "build-output" {
		fmt.Fprint(w, e.Output)
		return nil
	}
	p := packages[e.Package]
	if p == nil {
		p = &results{output: map[string]*[]byte{}}
		packages[e.Package] = p
	}
	switch {
	case e.Action == "output":
		if p.output[e.Test] == nil {
			p.started = append(p.started, e.Test)
			p.output[e.Test] = new([]byte)
		}
		*p.output[e.Test] = append(*p.output[e.Test], e.Output...)
		return nil
	case e.Test != "":
		if e.Action == "pass" || e.Action == "skip" {
			delete(p.output, e.Test)
		}
		return nil
	}
	switch e.Action {
	case "pass":
		fmt.Fprintf(w, "ok    %s %.1fs\n", e.Package, e.Elapsed)
	case "skip":
		fmt.Fprintf(w, "ok    %s has no tests\n", e.Package)
	case "fail":
		fmt.Fprintf(w, "FAIL  %s %.1fs\n", e.Package, e.Elapsed)
		for _, test := range p.started {
			text, kept := p.output[test]
			if !kept {
				continue
			}
			w.Write(*text)
			if test != "" {
				failed = append(failed, e.Package+" "+test)
			}
		}
		if len(failed) == 0 {
			failed = []string{e.Package}
		}
	default:
		return nil
	}
	delete(packages, e.Package)
	return failed
}
