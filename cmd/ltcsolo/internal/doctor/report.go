package doctor

import (
	"context"
	"fmt"
	"io"
	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"strings"
)

// Results of a check.
const (
	pass = "pass"
	warn = "warn"
	fail = "fail"
)

// finding is the result of a check.
type finding struct {
	Name   string `json:"name"`
	Chain  string `json:"chain,omitempty"` // the merged chain that it is about
	Result string `json:"result"`
	Detail string `json:"detail"`
	Remedy string `json:"remedy"` // empty with pass

	node bool // it is the node's fault
}

func passed(format string, a ...any) finding {
	return finding{Result: pass, Detail: fmt.Sprintf(format, a...)}
}

func warned(remedy, format string, a ...any) finding {
	return finding{Result: warn, Detail: fmt.Sprintf(format, a...), Remedy: remedy}
}

func failed(err error) finding {
	e := terminal.Explain(err)
	return finding{Result: fail, Detail: e.Reason, Remedy: e.Remedy, node: e.Code == terminal.ExitNode}
}

// check is one line of a report.
type check struct {
	name string
	run  func(context.Context) finding
}

// report shows each finding at once.
type report struct {
	screen   *terminal.Console // standard output
	json     bool
	quiet    bool   // show only what did not pass
	about    string // the node that the checks are about; empty: none, or the only one
	chain    string // the merged chain that they are about; empty: Litecoin
	findings []finding
}

// do runs checks until ctx ends.
func (r *report) do(ctx context.Context, checks ...check) {
	for _, c := range checks {
		if ctx.Err() != nil {
			return
		}
		if !r.json && r.screen.Terminal() {
			r.screen.Update([]string{"checking: " + c.name})
		}
		f := c.run(ctx)
		r.screen.Update(nil)
		if ctx.Err() != nil {
			return // it found that it was stopped
		}
		f.Name, f.Detail, f.Remedy = c.name, terminal.OneLine(f.Detail), terminal.OneLine(f.Remedy)
		f.Chain = r.chain
		if r.about != "" && !strings.Contains(f.Detail, r.about) {
			f.Detail = r.about + ": " + f.Detail
		}
		if r.chain != "" && !strings.HasPrefix(f.Detail, r.chain) {
			f.Detail = r.chain + ": " + f.Detail
		}
		r.findings = append(r.findings, f)
		if !r.json && !(r.quiet && f.Result == pass) {
			r.show(f)
		}
	}
}

const (
	nameWidth  = 20 // of the longest name
	textIndent = len(pass) + 2 + nameWidth + 2
	textWidth  = 120 // the longest line on a wide terminal
	leastRoom  = 30  // columns beside the names; on a narrower terminal texts are below them
)

// show writes a finding. It wraps lines only on a terminal.
func (r *report) show(f finding) {
	width := 0
	if r.screen.Terminal() {
		width = min(r.screen.Width()-1, textWidth)
	}
	colours := map[string]string{pass: terminal.Green, warn: terminal.Yellow, fail: terminal.Red}
	text := fmt.Sprintf("%s  %-*s  ", r.screen.Paint(colours[f.Result], f.Result), nameWidth, f.Name)
	indent := strings.Repeat(" ", textIndent)
	if width > 0 && width-textIndent < leastRoom {
		indent = strings.Repeat(" ", len(pass)+2)
		text = strings.TrimRight(text, " ") + "\n" + indent
	}
	text += terminal.Hang(indent, f.Detail, width) + "\n"
	if f.Remedy != "" {
		text += indent + terminal.Hang(indent, "what to do: "+f.Remedy, width) + "\n"
	}
	io.WriteString(r.screen, text)
}

// end writes the last line, or the whole as JSON. The error carries the exit code.
func (r *report) end(rehearsed bool) error {
	fails, warns := r.count(fail), r.count(warn)
	if r.json {
		v := struct {
			OK     bool      `json:"ok"`
			Checks []finding `json:"checks"`
		}{fails == 0, r.findings}
		if err := terminal.PrintJSON(r.screen, v); err != nil {
			return err
		}
	}
	if fails > 0 {
		notReady := ""
		if rehearsed {
			notReady = ": not ready"
		}
		return &terminal.Error{
			Code: exitCode(r.findings), Reason: fmt.Sprintf("%d of %d checks failed%s", fails, len(r.findings), notReady),
			Remedy: "fix what is marked fail, from the top, and run doctor again",
		}
	}
	if r.json || r.quiet {
		return nil
	}
	word := "nothing fails"
	if rehearsed {
		word = "ready"
	}
	if warns > 0 {
		word += fmt.Sprintf(", with %d to look at", warns)
	}
	_, err := fmt.Fprintln(r.screen, r.screen.Paint(terminal.Bold, word))
	return err
}

func (r *report) count(result string) int {
	n := 0
	for _, f := range r.findings {
		if f.Result == result {
			n++
		}
	}
	return n
}

// exitCode returns ExitDone if nothing failed, ExitNode if only the node is at fault, else ExitUsage.
func exitCode(findings []finding) int {
	code := terminal.ExitDone
	for _, f := range findings {
		switch {
		case f.Result != fail:
		case !f.node:
			return terminal.ExitUsage
		default:
			code = terminal.ExitNode
		}
	}
	return code
}
