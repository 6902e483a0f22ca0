//go:build !linux

package cpuminer

// pin does nothing: this system has no affinity that a program could set by a simple call.
func pin(i, n int) error { return nil }
