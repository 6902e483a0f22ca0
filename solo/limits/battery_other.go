//go:build !linux && !windows

package limits

import "errors"

// ReadBattery returns an error: it does not support this system.
func ReadBattery() (bool, error) {
	return false, errors.New("reading the battery is not supported on this system")
}
