package cpuminer

import (
	"time"

	"ltcsolo/solo/scrypt"
)

// Break wraps every scanner that m opens with spoil, and has kernels checked that often. Call it before Run.
func Break(m *Miner, every time.Duration, spoil func(*scrypt.Kernel, *scrypt.Scanner) interface {
	Set(header *[scrypt.HeaderSize]byte, target *[32]byte)
	Scan(first uint32, count int, hits []uint32) (hashed int, _ []uint32)
	Close() error
}) {
	m.checkEvery = every
	m.open = func(k *scrypt.Kernel) scanner { return spoil(k, k.NewScanner()) }
}
