package cpuminer

import (
	"fmt"

	"golang.org/x/sys/windows"
)

var setThreadPriority = windows.NewLazySystemDLL("kernel32.dll").NewProc("SetThreadPriority")

// setNice sets the scheduling priority of the calling thread. Zero changes nothing.
func setNice(nice int) error {
	if nice == 0 {
		return nil
	}
	if ok, _, err := setThreadPriority.Call(uintptr(windows.CurrentThread()), uintptr(threadPriority(nice))); ok == 0 {
		return fmt.Errorf("set thread priority: %w", err)
	}
	return nil
}

// threadPriority returns the priority of a thread that is nearest to nice (winbase.h, THREAD_PRIORITY_*). The lowest one,
// idle, has the processor only while nobody else wants it.
func threadPriority(nice int) int {
	const idle, lowest, belowNormal, aboveNormal, highest = -15, -2, -1, 1, 2
	switch {
	case nice == lowestNice:
		return idle
	case nice >= 10:
		return lowest
	case nice > 0:
		return belowNormal
	case nice > -10:
		return aboveNormal
	}
	return highest
}

// ShowNice does nothing: here a program's priority is that of all its threads, and only those that hash are to yield.
func ShowNice(int) error { return nil }

// yieldAtOnce does nothing: an idle thread does so.
func yieldAtOnce(int) {}
