package doctor

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"ltcsolo/cmd/ltcsolo/internal/settings"
	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/limits"
	"ltcsolo/solo/node"
	"ltcsolo/solo/scrypt"
)

// reportOn returns a report on a terminal of that many columns, 0 for a pipe.
func reportOn(width int, colour bool) (*report, *bytes.Buffer) {
	var out bytes.Buffer
	columns := func() int { return width }
	if width == 0 {
		columns = nil
	}
	return &report{screen: terminal.New(&out, columns, colour)}, &out
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
	mine := failed(terminal.Usage("", "fix it", "it is wrong"))
	for _, tt := range []struct {
		name string
		in   []finding
		want int
	}{
		{"nothing", nil, terminal.ExitDone},
		{"good", []finding{good, hint}, terminal.ExitDone},
		{"the node", []finding{good, nodes, nodes}, terminal.ExitNode},
		{"the user", []finding{mine}, terminal.ExitUsage},
		{"both", []finding{nodes, mine, nodes}, terminal.ExitUsage},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, _ := reportOn(0, false)
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
		return terminal.ExitDone
	}
	return terminal.Explain(err).Code
}

func TestDoctorJSON(t *testing.T) {
	r, out := reportOn(0, false)
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

// A terminal gets lines that fit it, and colours; a pipe gets one line for each text.
func TestDoctorLines(t *testing.T) {
	long := warned(strings.Repeat("fix it ", 20), "%s", strings.Repeat("it is not so good ", 10))
	r, out := reportOn(80, true)
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

	r, out = reportOn(0, false)
	r.do(t.Context(), checksOf(long)...)
	if text := out.String(); strings.Count(text, "\n") != 2 || strings.Contains(text, "\x1b") {
		t.Errorf("on a pipe: %q", text)
	}
}

// What a check finds after the user has stopped it is not reported.
func TestDoctorStops(t *testing.T) {
	r, out := reportOn(0, false)
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
		{"kernels", kernelsFinding(scrypt.Kernels(), nil), pass},
		{"a broken kernel", kernelsFinding(scrypt.Kernels(), []error{errors.New("test kernel x: wrong")}), warn},
		{"no kernel", kernelsFinding(nil, []error{errors.New("test kernel x: wrong")}), fail},
		{"large pages", largePagesFinding("always [madvise] never\n", nil), pass},
		{"large pages off", largePagesFinding("always madvise [never]\n", nil), warn},
		{"no large pages", largePagesFinding("", errors.New("no such file")), warn},
		{"cool", checkTemperature(true, func() (float64, string, error) { return 50, "coretemp", nil }, "linux"), pass},
		{"hot", checkTemperature(false, func() (float64, string, error) { return 95, "coretemp", nil }, "linux"), warn},
		{"no sensor", checkTemperature(false, func() (float64, string, error) { return 0, "", errors.New("none") }, "linux"), warn},
		{"no sensor, but a limit", checkTemperature(true, func() (float64, string, error) { return 0, "", errors.New("none") }, "linux"), fail},
	} {
		if tt.got.Result != tt.want || tt.got.Detail == "" || (tt.got.Remedy == "") != (tt.want == pass) {
			t.Errorf("%s: %+v, want %s", tt.name, tt.got, tt.want)
		}
	}
}

// What to do can be done on the machine that is examined.
func TestRemediesFitTheSystem(t *testing.T) {
	none := func() (float64, string, error) { return 0, "", errors.New("none") }
	for _, tt := range []struct {
		system string
		mayBe  []string // of what only Linux has
	}{{"linux", []string{"modprobe", "systemctl"}}, {"darwin", nil}, {"windows", nil}} {
		remedies := []string{
			checkTemperature(true, none, tt.system).Remedy, checkTemperature(false, none, tt.system).Remedy, renewCertificate(tt.system),
		}
		for _, word := range []string{"modprobe", "systemctl"} {
			if got, want := strings.Contains(strings.Join(remedies, "; "), word), slices.Contains(tt.mayBe, word); got != want {
				t.Errorf("on %s, %s is in the remedies: %t, want %t: %q", tt.system, word, got, want, remedies)
			}
		}
	}
}

// A limit that needs what this machine does not have is no limit.
func TestDoctorLimits(t *testing.T) {
	rule := func(name string, err error) limits.Rule {
		return limits.Rule{Name: name, Check: func(time.Time) (string, error) { return "on battery", err }}
	}
	cpu := func(rules ...limits.Rule) *settings.CPU { return &settings.CPU{Rules: rules} }
	for _, tt := range []struct {
		name string
		cpu  *settings.CPU
		want string // empty: it is not examined
	}{
		{"no search", nil, ""},
		{"none", cpu(), ""},
		{"a temperature, which has a check of its own", cpu(rule("max-temp", errors.New("none"))), ""},
		{"they work", cpu(rule("schedule", nil), rule("pause-on-battery", nil)), pass},
		{"one does not", cpu(rule("schedule", nil), rule("pause-on-battery", errors.New("not on this system"))), fail},
	} {
		got := ""
		for _, c := range machineChecks(tt.cpu) {
			if c.name == "limits" {
				f := c.run(t.Context())
				if got = f.Result; got == fail && (!strings.Contains(f.Detail, "--pause-on-battery") || f.Remedy == "") {
					t.Errorf("%s: %+v", tt.name, f)
				}
			}
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestReportOnANarrowTerminal(t *testing.T) {
	r, out := reportOn(40, false)
	r.show(finding{Name: "temperature", Result: warn, Detail: "this machine shows no temperature sensor", Remedy: "load its driver"})
	want := "warn  temperature\n      this machine shows no temperature\n      sensor\n      what to do: load its driver\n"
	if got := out.String(); got != want {
		t.Errorf("shown %q, want %q", got, want)
	}
}
