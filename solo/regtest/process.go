package regtest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// process is one run of a node's program. Its methods are safe for concurrent use.
type process struct {
	cmd  *exec.Cmd
	done chan struct{} // closed by the goroutine of startProcess once the process is gone
	err  error         // of Wait; read it after done
}

// startProcess runs bin and appends its output to the file out. A detached
// process outlives this one; any other is killed when this process dies, where
// the system supports that (Linux).
func startProcess(bin string, args []string, home, out string, detach bool) (*process, error) {
	f, err := os.OpenFile(out, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", filepath.Base(bin), err)
	}
	defer f.Close()

	p := &process{cmd: exec.Command(bin, args...), done: make(chan struct{})}
	p.cmd.Stdout, p.cmd.Stderr = f, f
	// Debian's litecoind is a shell script that writes to ~/.litecoin before
	// it execs the daemon. With a home directory for each node it does not
	// touch the user's, and two nodes do not race.
	p.cmd.Env = append(os.Environ(), "HOME="+home)
	p.cmd.SysProcAttr = processAttributes(detach)

	started := make(chan error)
	go func() {
		// The kernel sends the parent-death signal when the forking thread
		// ends, not the process, so that thread must live as long as the child.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := p.cmd.Start()
		started <- err
		if err == nil {
			p.err = p.cmd.Wait()
		}
		close(p.done)
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", filepath.Base(bin), err)
	}
	return p, nil
}

// exited reports whether the process is gone.
func (p *process) exited() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// kill ends the process at once, like a power cut, and waits until it is gone.
func (p *process) kill() {
	if !p.exited() {
		killProcess(p.cmd.Process)
	}
	<-p.done
}
