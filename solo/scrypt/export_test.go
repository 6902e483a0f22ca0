package scrypt

// Lanes returns a kernel in plain Go; spoil, if not nil, is called with each of its results.
func Lanes(n int, spoil func(lane int, pow *[32]byte)) *Kernel { return lanes(n, nil, spoil) }
