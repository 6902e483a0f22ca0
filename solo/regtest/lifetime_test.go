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
	testRequire(t, "DOGECOIND", func(t testing.TB) string {
		if !regtest.HasDoge(t) {
			t.Skip("no dogecoind")
		}
		return os.Getenv("DOGECOIND")
	})
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
			t.Setenv("PATH", t.TempDir())
			t.Setenv(variable, tt.program)
			t.Setenv("SOLO_REQUIRE_"+variable, tt.require)
			r := recorder{TB: t}
			var path string
			done := make(chan struct{})
			go func() {
				defer close(done)
				path = require(&r)
			}()
			<-done
			if r.skipped != tt.skip || r.failed != tt.fail {
				t.Errorf("skipped %v, failed %v; want %v, %v", r.skipped, r.failed, tt.skip, tt.fail)
			}
			if path != tt.program && !tt.skip && !tt.fail {
				t.Errorf("the path is %q, want %q", path, tt.program)
			}
		})
	}
}
