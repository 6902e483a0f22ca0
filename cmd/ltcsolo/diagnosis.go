package main

import (
	"context"
	"fmt"
	"io"
	"strings"
)

// How a check ends.
const (
	pass = "pass"
	warn = "warn"
	fail = "fail"
)

// finding is what a check found.
type finding struct {
	Name   string `json:"name"`
	Result string `json:"result"`
	Detail string `json:"detail"`
	Remedy string `json:"remedy"` // empty with pass

	node bool // what is wrong is the node's
}

func passed(format string, a ...any) finding {
	return finding{Result: pass, Detail: fmt.Sprintf(format, a...)}
}

func warned(remedy, format string, a ...any) finding {
	return finding{Result: warn, Detail: fmt.Sprintf(format, a...), Remedy: remedy}
}

// failed says whose fault err is by its kind.
func failed(err error) finding {
	f := failureOf(err)
	return finding{Result: fail, Detail: f.reason, Remedy: f.remedy, node: f.code == exitNode}
}

// warnedOf is failed for what does not stop mine.
func warnedOf(err error) finding {
	f := failed(err)
	f.Result = warn
	return f
}

// check is one line of a diagnosis.
type check struct {
	name string
	run  func(context.Context) finding
}

// diagnosis shows each finding as it is made.
type diagnosis struct {
	screen   *console // standard output
	json     bool
	quiet    bool // only what is not good
	about    string
	findings []finding
}

// do runs checks until ctx ends.
func (r *diagnosis) do(ctx context.Context, checks ...check) {
	for _, c := range checks {
		if ctx.Err() != nil {
			return
		}
		if !r.json && r.screen.terminal {
			r.screen.update([]string{"checking: " + c.name})
		}
		f := c.run(ctx)
		r.screen.update(nil)
		if ctx.Err() != nil {
			return // what it found is that it was stopped
		}
		f.Name, f.Detail, f.Remedy = c.name, oneLine(f.Detail), oneLine(f.Remedy)
		if r.about != "" && !strings.Contains(f.Detail, r.about) {
			f.Detail = r.about + ": " + f.Detail
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
	leastRoom  = 30  // beside the names; on a narrower terminal texts stand below them
)

// show writes a finding. Only a terminal has its lines broken.
func (r *diagnosis) show(f finding) {
	width := 0
	if r.screen.terminal {
		width = min(r.screen.width()-1, textWidth)
	}
	colours := map[string]string{pass: green, warn: yellow, fail: red}
	text := fmt.Sprintf("%s  %-*s  ", paint(r.screen.colour, colours[f.Result], f.Result), nameWidth, f.Name)
	indent := textIndent
	if width > 0 && width-textIndent < leastRoom {
		indent = len(pass) + 2
		text = strings.TrimRight(text, " ") + "\n" + strings.Repeat(" ", indent)
	}
	text += wrap(f.Detail, width, indent) + "\n"
	if f.Remedy != "" {
		text += strings.Repeat(" ", indent) + wrap("what to do: "+f.Remedy, width, indent) + "\n"
	}
	io.WriteString(r.screen, text)
}

// wrap breaks text into lines that begin at indent and end before width; 0 for one line.
func wrap(text string, width, indent int) string {
	room := width - indent
	if width == 0 || room < 1 {
		return text
	}
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len([]rune(line))+1+len([]rune(word)) > room {
			lines = append(lines, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return strings.Join(append(lines, line), "\n"+strings.Repeat(" ", indent))
}

// end says how the whole went; its error has the exit code.
func (r *diagnosis) end(rehearsed bool) error {
	fails, warns := r.count(fail), r.count(warn)
	if r.json {
		v := struct {
			OK     bool      `json:"ok"`
			Checks []finding `json:"checks"`
		}{fails == 0, r.findings}
		if err := printJSON(r.screen, v); err != nil {
			return err
		}
	}
	if fails > 0 {
		return &failure{exitOf(r.findings), fmt.Sprintf("%d of %d checks failed%s", fails, len(r.findings), notReady(rehearsed)),
			"mend what is marked fail, from the top, and ask doctor again"}
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
	_, err := fmt.Fprintln(r.screen, paint(r.screen.colour, bold, word))
	return err
}

func notReady(rehearsed bool) string {
	if rehearsed {
		return ": not ready"
	}
	return ""
}

func (r *diagnosis) count(result string) int {
	n := 0
	for _, f := range r.findings {
		if f.Result == result {
			n++
		}
	}
	return n
}

// exitOf is 0 if nothing fails, 3 if all that fails is the node's, else 2.
func exitOf(findings []finding) int {
	code := exitDone
	for _, f := range findings {
		switch {
		case f.Result != fail:
		case !f.node:
			return exitUsage
		default:
			code = exitNode
		}
	}
	return code
}
