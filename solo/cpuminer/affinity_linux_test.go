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

// Only the hashing thread yields, at the lowest priority to everybody.
func TestSetNice(t *testing.T) {
	priority := func(id int) (nice int, policy uint32) {
		raw, err := unix.Getpriority(unix.PRIO_PROCESS, id)
		if err != nil {
			t.Error(err)
		}
		attr, err := unix.SchedGetAttr(id, 0)
		if err != nil {
			t.Error(err)
			return 0, 0
		}
		return 20 - raw, attr.Policy // the system call returns 20 minus the priority
	}
	own, _ := priority(unix.Getpid())
	for _, tt := range []struct {
		set, want int
		policy    uint32
	}{
		{0, own, unix.SCHED_NORMAL},
		{min(own+1, 18), min(own+1, 18), unix.SCHED_NORMAL},
		{19, 19, unix.SCHED_IDLE},
	} {
		var nice int
		var policy uint32
		done := make(chan error)
		go func() {
			runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
			err := setNice(tt.set)
			yieldAtOnce(tt.set)
			nice, policy = priority(unix.Gettid())
			done <- err
		}()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if nice != tt.want || policy != tt.policy {
			t.Errorf("setNice(%d): the thread has priority %d and policy %d, want %d and %d", tt.set, nice, policy, tt.want, tt.policy)
		}
		if after, _ := priority(unix.Getpid()); after != own {
			t.Errorf("setNice(%d): the process has priority %d, and had %d", tt.set, after, own)
		}
	}
}
