package main

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"ltcsolo/solo/node"
	"ltcsolo/solo/scrypt"
)

// diagnosisOn is one on a screen of that many columns; 0 for none.
func diagnosisOn(width int) (*diagnosis, *bytes.Buffer) {
	var out bytes.Buffer
	c := &console{out: &out, terminal: width > 0, width: func() int { return width }}
	return &diagnosis{screen: c}, &out
}

func checksOf(results ...finding) []check {
	var checks []check
	for _, f := range results {
		checks = append(checks, check{"thing", func(context.Context) finding { return f }})
	}
	return checks
}

func TestDoctorExitCode(t *testing.T) {
	good := passed("fine")
	hint := warned("look", "so so")
	nodes := failed(&node.Error{Reason: "it is down", Remedy: "start it"})
	mine := failed(usage("mend it", "it is wrong"))
	for _, tt := range []struct {
		name string
		in   []finding
		want int
	}{
		{"nothing", nil, exitDone},
		{"good", []finding{good, hint}, exitDone},
		{"the node", []finding{good, nodes, nodes}, exitNode},
		{"the user", []finding{mine}, exitUsage},
		{"both", []finding{nodes, mine, nodes}, exitUsage},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, _ := diagnosisOn(0)
			r.do(t.Context(), checksOf(tt.in...)...)
			err := r.end(false)
			if got := exitCodeOf(err); got != tt.want {
				t.Errorf("exit code %d, want %d: %v", got, tt.want, err)
			}
		})
	}
}

func exitCodeOf(err error) int {
	if err == nil {
		return exitDone
	}
	return failureOf(err).code
}

func TestDoctorJSON(t *testing.T) {
	r, out := diagnosisOn(0)
	r.json, r.about = true, "http://127.0.0.1:1"
	r.do(t.Context(), checksOf(passed("fine"), failed(&node.Error{Reason: "two\nlines", Remedy: "start it"}))...)
	if err := r.end(true); err == nil {
		t.Error("no error with a failed check")
	}
	const want = `{"ok":false,"checks":[{"name":"thing","result":"pass","detail":"http://127.0.0.1:1: fine","remedy":""},` +
		`{"name":"thing","result":"fail","detail":"http://127.0.0.1:1: two lines","remedy":"start it"}]}` + "\n"
	if out.String() != want {
		t.Errorf("JSON is\n%swant\n%s", out, want)
	}
}

// A terminal has lines that fit it, and colours; a pipe has one line for each thing.
func TestDoctorLines(t *testing.T) {
	long := warned(strings.Repeat("mend it ", 20), "%s", strings.Repeat("it is not so good ", 10))
	r, out := diagnosisOn(80)
	r.screen.colour = true
	r.do(t.Context(), checksOf(long)...)
	text := out.String()
	if !strings.Contains(text, "\x1b[33mwarn\x1b[0m") {
		t.Errorf("warn is not yellow: %q", text)
	}
	for line := range strings.Lines(text[strings.Index(text, "warn"):]) {
		if n := len(strings.TrimSuffix(line, "\n")); n > 80 {
			t.Errorf("%d columns: %q", n, line)
		}
	}
	if strings.Count(text, "\n") < 4 {
		t.Errorf("lines are not broken: %q", text)
	}

	r, out = diagnosisOn(0)
	r.do(t.Context(), checksOf(long)...)
	if text := out.String(); strings.Count(text, "\n") != 2 || strings.Contains(text, "\x1b") {
		t.Errorf("on a pipe: %q", text)
	}
}

// What a check finds after the user has stopped it is of no interest.
func TestDoctorStops(t *testing.T) {
	r, out := diagnosisOn(0)
	ctx, cancel := context.WithCancel(t.Context())
	r.do(ctx, check{"thing", func(context.Context) finding { cancel(); return passed("fine") }}, check{"other", nil})
	if out.Len() > 0 || len(r.findings) > 0 {
		t.Errorf("after the end: %q", out)
	}
}

func TestDoctorMachine(t *testing.T) {
	for _, tt := range []struct {
		name string
		got  finding
		want string
	}{
		{"kernels", judgeKernels(scrypt.Kernels(), nil), pass},
		{"a broken kernel", judgeKernels(scrypt.Kernels(), []error{errors.New("test kernel x: wrong")}), warn},
		{"no kernel", judgeKernels(nil, []error{errors.New("test kernel x: wrong")}), fail},
		{"large pages", judgeLargePages("always [madvise] never\n", nil), pass},
		{"large pages off", judgeLargePages("always madvise [never]\n", nil), warn},
		{"no large pages", judgeLargePages("", errors.New("no such file")), warn},
		{"cool", checkTemperature(true, func() (float64, string, error) { return 50, "coretemp", nil }), pass},
		{"hot", checkTemperature(false, func() (float64, string, error) { return 95, "coretemp", nil }), warn},
		{"no sensor", checkTemperature(false, func() (float64, string, error) { return 0, "", errors.New("none") }), warn},
		{"no sensor, but a limit", checkTemperature(true, func() (float64, string, error) { return 0, "", errors.New("none") }), fail},
	} {
		if tt.got.Result != tt.want || tt.got.Detail == "" || (tt.got.Remedy == "") != (tt.want == pass) {
			t.Errorf("%s: %+v, want %s", tt.name, tt.got, tt.want)
		}
	}
}

func TestDiagnosisOnANarrowTerminal(t *testing.T) {
	screen, out := terminal(40)
	r := &diagnosis{screen: screen}
	r.show(finding{Name: "temperature", Result: warn, Detail: "this machine shows no temperature sensor", Remedy: "load its driver"})
	want := "warn  temperature\n      this machine shows no temperature\n      sensor\n      what to do: load its driver\n"
	if got := out.String(); got != want {
		t.Errorf("shown %q, want %q", got, want)
	}
}
