//go:build !linux

package cpuminer

// pin does nothing: this system has no simple call that sets affinity.
func pin(i, n int) error { return nil }
