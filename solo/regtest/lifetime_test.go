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

func TestRequire(t *testing.T) {
	for _, tt := range []struct {
		name, litecoind, require string
		skip, fail               bool
	}{
		{name: "absent", skip: true},
		{name: "absent but required", require: "1", fail: true},
		{name: "named but absent", litecoind: "/nonexistent/litecoind", fail: true},
		{name: "named", litecoind: os.Args[0]},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("PATH", t.TempDir())
			t.Setenv("LITECOIND", tt.litecoind)
			t.Setenv("SOLO_REQUIRE_LITECOIND", tt.require)
			r := recorder{TB: t}
			var path string
			done := make(chan struct{})
			go func() {
				defer close(done)
				path = regtest.Require(&r)
			}()
			<-done
			if r.skipped != tt.skip || r.failed != tt.fail {
				t.Errorf("skipped %v, failed %v; want %v, %v", r.skipped, r.failed, tt.skip, tt.fail)
			}
			if path != tt.litecoind && !tt.skip && !tt.fail {
				t.Errorf("Require = %q, want %q", path, tt.litecoind)
			}
		})
	}
}
