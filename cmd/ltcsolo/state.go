package main

import (
	"os"
	"path/filepath"
	"runtime"

	"ltcsolo/wallet"
)

// stateDir is the default state directory of a network: where this system keeps what a program must not forget and
// the user does not edit.
func stateDir(network wallet.Network) (string, error) {
	base := os.Getenv("XDG_STATE_HOME") // wants an absolute path, says the XDG base directory specification
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
		return "", usage("give one with --state DIR", "there is no default state directory: %v", err)
	}
	return filepath.Join(base, "ltcsolo", string(network)), nil
}

// makeStateDir makes dir if it is absent. Found blocks and the payout address are nobody else's to read or change.
func makeStateDir(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return usage("give a directory that can be written with --state DIR", "the state directory cannot be made: %v", withoutPath(err))
	}
	return nil
}
