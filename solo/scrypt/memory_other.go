//go:build (amd64 || arm64) && !purego && !linux

package scrypt

func allocate(bytes int) *memory { return fromHeap(bytes) }
