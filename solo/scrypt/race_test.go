//go:build race

package scrypt_test

// The race detector keeps the compiler from removing the allocations of crypto/sha256's AppendBinary.
func init() { raceDetector = true }
