//go:build (!amd64 && !arm64) || purego

package scrypt

// assembly is empty where no kernel is in assembly.
var assembly []*Kernel
