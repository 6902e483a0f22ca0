//go:build unix

package notice

import (
	"os/exec"
	"syscall"
)

// ownGroup has the command run in a process group of its own, which is killed as a whole. A ctrl-C at the terminal is
// then for ltcsolo alone.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
