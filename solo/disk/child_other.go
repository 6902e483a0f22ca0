//go:build !linux

package disk

import "os/exec"

const canDetach = false

// childCommand is not called.
func childCommand(string) *exec.Cmd { return nil }

func becomeChild() {}
