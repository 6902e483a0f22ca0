package cpuminer

import (
	"runtime"
	"testing"

	"golang.org/x/sys/windows"
)

var getThreadPriority = windows.NewLazySystemDLL("kernel32.dll").NewProc("GetThreadPriority")

// Only the hashing thread yields.
func TestSetNice(t *testing.T) {
	priority := func() int {
		p, _, _ := getThreadPriority.Call(uintptr(windows.CurrentThread()))
		return int(int32(p))
	}
	for _, tt := range []struct{ nice, want int }{{0, 0}, {19, -15}, {18, -2}, {10, -2}, {9, -1}, {1, -1}, {-1, 1}, {-9, 1}, {-20, 2}} {
		got := make(chan int)
		go func() {
			runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
			if err := setNice(tt.nice); err != nil {
				t.Error(err)
			}
			got <- priority()
		}()
		if got := <-got; got != tt.want {
			t.Errorf("setNice(%d): the thread has priority %d, want %d", tt.nice, got, tt.want)
		}
	}
	if got := priority(); got != 0 {
		t.Errorf("another thread has priority %d", got)
	}
}
