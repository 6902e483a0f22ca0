package main

import (
	"runtime"
	"testing"
)

func TestAvailableProcessors(t *testing.T) {
	if n := availableProcessors(); n < 1 || n > runtime.NumCPU() {
		t.Errorf("availableProcessors = %d on a machine with %d", n, runtime.NumCPU())
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if n := availableProcessors(); n != 1 {
		t.Errorf("availableProcessors = %d with GOMAXPROCS 1", n)
	}
	if n := runtime.GOMAXPROCS(0); n != 1 {
		t.Errorf("availableProcessors set GOMAXPROCS to %d", n)
	}
}
