//go:build !unix

package cpuminer

// setNice does nothing: this system has no such scheduling priority.
func setNice(int) error { return nil }
