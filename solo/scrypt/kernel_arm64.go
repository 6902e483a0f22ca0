//go:build !purego

package scrypt

// archKernels are the kernels for this architecture, the fastest first by design.
var archKernels = []*Kernel{neon, neon4}
