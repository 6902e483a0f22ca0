package settings

import (
	"os"
	"path/filepath"
	"runtime"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/wallet"
)

// ServiceState is the state directory of the system service (scripts/service/ltcsolo.service). Tests change it.
var ServiceState = "/var/lib/ltcsolo"

// Networks are those that have a state directory.
var Networks = []wallet.Network{wallet.Main, wallet.Test, wallet.Regtest}

// StateDir returns the default state directory of a network, in the place where this system keeps what a program must
// not forget and the user does not edit.
func StateDir(network wallet.Network) (string, error) {
	base := os.Getenv("XDG_STATE_HOME") // must be absolute (XDG base directory specification)
	if filepath.IsAbs(base) {
		return filepath.Join(base, "ltcsolo", string(network)), nil
	}
	var err error
	switch runtime.GOOS {
	case "windows":
		base, err = os.UserCacheDir() // %LocalAppData%
	case "darwin", "ios":
		base, err = os.UserConfigDir() // ~/Library/Application Support
	default:
		if base, err = os.UserHomeDir(); err == nil {
			base = filepath.Join(base, ".local", "state")
		}
	}
	if err != nil {
		return "", terminal.Usage("state", "give one with --state DIR", "there is no default state directory: %v", err)
	}
	return filepath.Join(base, "ltcsolo", string(network)), nil
}
