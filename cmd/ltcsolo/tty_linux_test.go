package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/sys/unix"
)

// tty COLUMNSxLINES COMMAND... runs a command that must succeed on a terminal of that size, and makes what it writes there
// the file tty.
func tty(ts *testscript.TestScript, neg bool, args []string) {
	var columns, lines uint16
	if neg || len(args) < 2 {
		ts.Fatalf("usage: tty COLUMNSxLINES COMMAND...")
	}
	if _, err := fmt.Sscanf(args[0], "%dx%d", &columns, &lines); err != nil {
		ts.Fatalf("%q is not a size", args[0])
	}
	control, screen, err := openTerminal(columns, lines)
	ts.Check(err)
	defer control.Close()
	path, err := exec.LookPath(args[1])
	ts.Check(err)
	cmd := exec.Command(path, args[2:]...)
	cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = ts.MkAbs("."), screen, screen, screen
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	for _, name := range []string{"HOME", "PATH", "LTCSOLO_STATE", "LTCSOLO_NETWORK", "LTCSOLO_ADDRESS", "XDG_STATE_HOME", "XDG_CONFIG_HOME"} {
		cmd.Env = append(cmd.Env, name+"="+ts.Getenv(name))
	}
	cmd.Env = append(cmd.Env, "TERM=xterm", "NO_COLOR=1")
	ts.Check(cmd.Start())
	screen.Close()
	var shown bytes.Buffer
	io.Copy(&shown, control) // ends with an error when the terminal's last user has ended
	ended := cmd.Wait()
	ts.Check(os.WriteFile(ts.MkAbs("tty"), []byte(strings.ReplaceAll(shown.String(), "\r\n", "\n")), 0o600))
	if ended != nil {
		ts.Fatalf("%v:\n%s", ended, &shown)
	}
}

// openTerminal returns the two ends of a new pseudo terminal.
func openTerminal(columns, lines uint16) (control, screen *os.File, err error) {
	control, err = os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		return nil, nil, err
	}
	fd := int(control.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		return nil, nil, err
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		return nil, nil, err
	}
	if err := unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Col: columns, Row: lines}); err != nil {
		return nil, nil, err
	}
	screen, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	return control, screen, err
}
