//go:build !linux && !darwin && !windows

package run

import "errors"

// freeBytes returns errors.ErrUnsupported on this system.
func freeBytes(string) (uint64, error) { return 0, errors.ErrUnsupported }
