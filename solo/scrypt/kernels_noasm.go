//go:build !amd64 || purego

package scrypt

// assembly is empty where no kernel is in assembly.
var assembly []*Kernel
