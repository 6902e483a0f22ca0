//go:build !linux

package regtest

import (
	"os"
	"syscall"
)

func processAttributes(detach bool) *syscall.SysProcAttr { return nil }

func killProcess(p *os.Process) {
	_ = p.Kill() // it was gone already
}
