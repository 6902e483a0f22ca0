package disk

import (
	"fmt"
	"math"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"
)

const canDetach = true

// program is what the child process runs: this program, even if a new version has taken its place.
var program = "/proc/self/exe"

// childCommand returns the command of the child process. It ends when the thread that starts it ends.
func childCommand(word string) *exec.Cmd {
	// What this process was started with beyond the three standard files, such as cron's lock on a file, is not for a child
	// that may stay behind. Linux before 5.9 does not know the call.
	unix.CloseRange(3, math.MaxInt32, unix.CLOSE_RANGE_CLOEXEC)
	return &exec.Cmd{
		Path: program,
		Args: []string{os.Args[0], word, fmt.Sprintf("for process %d", os.Getpid())},
		// No secret, nothing of the service manager, little memory. Two at once: with one, a change would wait until Go has
		// noticed that the read of the next request blocks.
		Env:         []string{"GOMAXPROCS=2", "GOMEMLIMIT=16MiB"},
		SysProcAttr: &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true},
	}
}

// becomeChild names this process for those who list processes, and has it ignore what asks the program to stop: its
// parent ends it.
func becomeChild() {
	signal.Ignore(syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	os.WriteFile("/proc/self/comm", []byte("ltcsolo-writer"), 0) // else it is "exe"
}

// growPipe has a pipe take a block at once, if the system lets it.
func growPipe(p *os.File) {
	if c, err := p.SyscallConn(); err == nil {
		c.Control(func(fd uintptr) { unix.FcntlInt(fd, unix.F_SETPIPE_SZ, 1<<20) })
	}
}
