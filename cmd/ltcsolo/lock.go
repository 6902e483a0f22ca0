package main

import (
	"fmt"
	"path/filepath"

	"github.com/gofrs/flock"
)

// lockState keeps a second ltcsolo off the state directory until release is called or the process ends, however
// it ends.
func lockState(dir string) (release func(), err error) {
	l := flock.New(filepath.Join(dir, "lock"), flock.SetPermissions(0o600))
	held, err := l.TryLock()
	if err != nil {
		return nil, usage("give a directory that can be written with --state DIR", "the state directory cannot be locked: %v", err)
	}
	if !held {
		return nil, &failure{exitLocked, fmt.Sprintf("another ltcsolo already runs on the state directory %s", dir),
			"stop that one, or give this one a directory of its own with --state DIR"}
	}
	return func() { l.Close() }, nil
}
