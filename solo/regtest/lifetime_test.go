package regtest_test

import (
	"os"
	"runtime"
	"testing"

	"ltcsolo/solo/regtest"
)

// recorder is a testing.TB that records whether the test was skipped or failed.
type recorder struct {
	testing.TB
	skipped, failed bool
}

func (r *recorder) Helper()      {}
func (r *recorder) Skip(...any)  { r.skipped = true; runtime.Goexit() }
func (r *recorder) Fatal(...any) { r.failed = true; runtime.Goexit() }

func TestRequire(t *testing.T) { testRequire(t, "LITECOIND", regtest.Require) }

func TestRequireDoge(t *testing.T) { testRequire(t, "DOGECOIND", regtest.RequireDoge) }

func TestHasDoge(t *testing.T) {
	for _, tt := range []struct {
		name, program, require string
		has, fail              bool
	}{
		{name: "absent"},
		{name: "absent but required", require: "1", fail: true},
		{name: "named but absent", program: "/nonexistent/program", fail: true},
		{name: "named", program: os.Args[0], has: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			setProgram(t, "DOGECOIND", tt.program, tt.require)
			has := false
			r := record(t, func(r testing.TB) { has = regtest.HasDoge(r) })
			if has != tt.has || r.failed != tt.fail || r.skipped {
				t.Errorf("HasDoge() = %v, failed %v, skipped %v; want %v, %v, false", has, r.failed, r.skipped, tt.has, tt.fail)
			}
		})
	}
}

// setProgram leaves nothing on the PATH, and sets the variable with a program's name and the one with SOLO_REQUIRE_ before it.
func setProgram(t *testing.T, variable, program, require string) {
	t.Setenv("PATH", t.TempDir())
	t.Setenv(variable, program)
	t.Setenv("SOLO_REQUIRE_"+variable, require)
}

// record runs f with a recorder.
func record(t *testing.T, f func(testing.TB)) *recorder {
	r := &recorder{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		f(r)
	}()
	<-done
	return r
}

// testRequire tests the function that goes by the variable with the program's
// name, and the one with SOLO_REQUIRE_ before it.
func testRequire(t *testing.T, variable string, require func(testing.TB) string) {
	for _, tt := range []struct {
		name, program, require string
		skip, fail             bool
	}{
		{name: "absent", skip: true},
		{name: "absent but required", require: "1", fail: true},
		{name: "named but absent", program: "/nonexistent/program", fail: true},
		{name: "named", program: os.Args[0]},
	} {
		t.Run(tt.name, func(t *testing.T) {
			setProgram(t, variable, tt.program, tt.require)
			path := ""
			r := record(t, func(r testing.TB) { path = require(r) })
			if r.skipped != tt.skip || r.failed != tt.fail {
				t.Errorf("skipped %v, failed %v; want %v, %v", r.skipped, r.failed, tt.skip, tt.fail)
			}
			if path != tt.program && !tt.skip && !tt.fail {
				t.Errorf("the path is %q, want %q", path, tt.program)
			}
		})
	}
}
