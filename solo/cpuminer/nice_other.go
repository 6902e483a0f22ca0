//go:build !unix

package cpuminer

// SetNice does nothing: this system has no such scheduling priority.
func SetNice(int) error { return nil }

// yieldAtOnce does nothing: this system has no such policy.
func yieldAtOnce(int) {}
