//go:build !linux

package scrypt

import "time"

func threadTime() (time.Duration, bool) { return 0, false }
