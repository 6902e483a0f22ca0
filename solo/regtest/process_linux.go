package regtest

import (
	"os"
	"syscall"
)

// processAttributes gives the child a process group of its own, so that a Ctrl-C
// in the terminal reaches only this process, and a wrapper is killed together
// with its daemon.
func processAttributes(detach bool) *syscall.SysProcAttr {
	if detach {
		return &syscall.SysProcAttr{Setsid: true}
	}
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

func killProcess(p *os.Process) {
	// The group id is the leader's pid.
	if syscall.Kill(-p.Pid, syscall.SIGKILL) != nil {
		_ = p.Kill() // it was gone already
	}
}

func freeze(p *os.Process) error { return syscall.Kill(-p.Pid, syscall.SIGSTOP) }

func thaw(p *os.Process) error { return syscall.Kill(-p.Pid, syscall.SIGCONT) }
