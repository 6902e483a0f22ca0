package notice

import (
	"os/exec"
	"syscall"
)

// setUp has the command run in its own process group, so that Ctrl-C in the console reaches only ltcsolo, and with the line
// that the user gave: programs such as cmd have rules of their own for it. Only the command itself is killed.
func (c *Command) setUp(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP, CmdLine: c.line}
}
