package cpuminer

import (
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// pinned runs pin on a thread of its own and returns the processors that the thread may use afterwards.
func pinned(t *testing.T, i, n int) unix.CPUSet {
	t.Helper()
	var set unix.CPUSet
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
		err := pin(i, n)
		if err == nil {
			err = unix.SchedGetaffinity(0, &set)
		}
		done <- err
	}()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	return set
}

func TestPin(t *testing.T) {
	var allowed unix.CPUSet
	if err := unix.SchedGetaffinity(0, &allowed); err != nil {
		t.Fatal(err)
	}
	n := allowed.Count()
	var all unix.CPUSet
	for i := range n {
		own := pinned(t, i, n)
		if own.Count() != 1 {
			t.Errorf("thread %d of %d has %d processors, want 1", i, n, own.Count())
		}
		for cpu := range len(own) * 64 {
			if own.IsSet(cpu) {
				all.Set(cpu)
			}
		}
	}
	if all != allowed {
		t.Errorf("threads have processors %v together, want %v", all, allowed)
	}
	if got := pinned(t, 0, n+1); got != allowed {
		t.Errorf("a thread was pinned to %v, with more threads than processors", got)
	}
}

func TestSetNice(t *testing.T) {
	done := make(chan error)
	var nice int
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
		err := SetNice(19)
		if err == nil {
			nice, err = unix.Getpriority(unix.PRIO_PROCESS, unix.Gettid())
		}
		done <- err
	}()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if got := 20 - nice; got != 19 { // the system call returns 20 minus the priority
		t.Errorf("priority of the hashing thread is %d, want 19", got)
	}
	if other, err := unix.Getpriority(unix.PRIO_PROCESS, unix.Getpid()); err != nil || 20-other == 19 {
		t.Errorf("priority of the process is %d too (%v)", 20-other, err)
	}
}
