//go:build !linux && !windows

package limits

import "errors"

// ReadBattery cannot tell on this system.
func ReadBattery() (bool, error) {
	return false, errors.New("whether the machine runs on its battery cannot be told on this system")
}
