//go:build unix

package notice

import (
	"os/exec"
	"syscall"
)

// setUp has the command run in its own process group, which is killed as a whole. So Ctrl-C at the terminal reaches only
// ltcsolo.
func (c *Command) setUp(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
