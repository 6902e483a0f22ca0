//go:build !purego

package scrypt

import (
	"os"
	"slices"
	"strings"

	"golang.org/x/sys/cpu"
)

// assembly lists the kernels of this processor family, the fastest first by design.
var assembly = []*Kernel{
	slicedKernel("avx512", hasAVX512, sliced{
		lanes: 32, setLanes: 16, shaLanes: 16, romix: romixAVX512x32, compress: compressAVX512,
	}),
	slicedKernel("avx512x24", hasAVX512, sliced{
		lanes: 24, setLanes: 8, shaLanes: 8, romix: romixAVX512x24, compress: compressAVX2,
	}),
	slicedKernel("avx2", hasAVX2, sliced{
		lanes: 24, setLanes: 8, shaLanes: 8, romix: romixAVX2x24, compress: compressAVX2,
	}),
	slicedKernel("avx2x16", hasAVX2, sliced{
		lanes: 16, setLanes: 8, shaLanes: 8, romix: romixAVX2x16, compress: compressAVX2,
	}),
	slicedKernel("sse2", hasSSE2, sliced{
		lanes: 8, setLanes: 4, shaLanes: 4, romix: romixSSE2, compress: compressSSE2,
	}),
}

// hasAVX512 relies on x/sys/cpu, which also checks that the operating system saves the registers.
func hasAVX512() bool {
	return cpu.X86.HasAVX512F && cpu.X86.HasAVX512VL && !switchedOff("avx512")
}

func hasAVX2() bool { return cpu.X86.HasAVX2 && !switchedOff("avx2") }

// hasSSE2 is true on every amd64 processor.
func hasSSE2() bool { return cpu.X86.HasSSE2 && !switchedOff("sse2") }

func slicedKernel(name string, runs func() bool, s sliced) *Kernel {
	return &Kernel{name: name, lanes: s.lanes, scratchpad: s.lanes * hashMemory, runs: runs, open: s.open}
}

// switchedOff reports whether the environment variable SOLO_KERNELS_OFF, a list with commas, names the instruction set:
// avx512, avx2 or sse2. It lets tests run as if on a processor without it.
func switchedOff(set string) bool {
	return slices.Contains(strings.Split(os.Getenv("SOLO_KERNELS_OFF"), ","), set)
}
