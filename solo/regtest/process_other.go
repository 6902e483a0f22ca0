//go:build !linux

package regtest

import (
	"errors"
	"os"
	"syscall"
)

func processAttributes(detach bool) *syscall.SysProcAttr { return nil }

func killProcess(p *os.Process) {
	_ = p.Kill() // it was gone already
}

func freeze(*os.Process) error { return errors.ErrUnsupported }

func thaw(*os.Process) error { return errors.ErrUnsupported }
