package scrypt

import (
	"runtime"
	"testing"
	"time"
)

// TestThreadTime: a thread's clock counts what it computes, and not what others compute while it waits.
func TestThreadTime(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if !CountsThreadTime() {
		t.Fatal("this system does not tell a thread's processor time")
	}
	compute := func(d time.Duration) {
		for began := now(t); now(t)-began < d; {
		}
	}
	before := now(t)
	others := make(chan time.Duration)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		began := now(t)
		compute(20 * time.Millisecond)
		others <- now(t) - began
	}()
	theirs := <-others
	if waited := now(t) - before; waited > theirs/2 {
		t.Errorf("%v of processor time while another thread computed for %v", waited, theirs)
	}
	before = now(t)
	compute(5 * time.Millisecond)
	if used := now(t) - before; used < 5*time.Millisecond {
		t.Errorf("computing for 5 ms took %v of processor time", used)
	}
}

func now(t *testing.T) time.Duration {
	used, ok := threadTime()
	if !ok {
		t.Error("the system no longer tells the processor time")
	}
	return used
}
