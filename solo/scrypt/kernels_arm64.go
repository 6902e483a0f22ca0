//go:build !purego

package scrypt

// assembly lists the kernels of this processor family, the fastest first by design.
var assembly = []*Kernel{neon, neon4}
