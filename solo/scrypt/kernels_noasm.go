//go:build (!amd64 && !arm64) || purego

package scrypt

// assembly is empty: this build has no kernel in assembly.
var assembly []*Kernel
