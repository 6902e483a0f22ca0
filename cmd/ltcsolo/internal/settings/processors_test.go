package settings

import (
	"runtime"
	"testing"
)

func TestAvailableProcessors(t *testing.T) {
	if n := AvailableProcessors(); n < 1 || n > runtime.NumCPU() {
		t.Errorf("AvailableProcessors = %d on a machine with %d", n, runtime.NumCPU())
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if n := AvailableProcessors(); n != 1 {
		t.Errorf("AvailableProcessors = %d with GOMAXPROCS 1", n)
	}
	if n := runtime.GOMAXPROCS(0); n != 1 {
		t.Errorf("AvailableProcessors set GOMAXPROCS to %d", n)
	}
}
