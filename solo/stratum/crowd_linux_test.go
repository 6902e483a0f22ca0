package stratum_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

// crowd is a process of clients: its memory, its descriptors and its processor time are not the server's.
type crowd struct {
	b   *testing.B
	in  io.Writer
	out *bufio.Scanner
}

// gather starts a process and connects n clients with a password to s.
func (s *served) gather(b *testing.B, n int, password string) *crowd {
	b.Helper()
	const others = 100 // files that are open besides
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil || limit.Cur < uint64(n)+others {
		b.Skipf("%d clients need as many open files, and the limit is %d: raise it with ulimit -n", n, limit.Cur)
	}
	c := newCrowd(b)
	c.connect(s, n, password)
	return c
}

// newCrowd starts a process without clients. It ends with the benchmark.
func newCrowd(b *testing.B) *crowd {
	b.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), envClients+"=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		cmd.Process.Kill()
		io.Copy(io.Discard, out)
		cmd.Wait()
	})
	return &crowd{b, in, bufio.NewScanner(out)}
}

// connect connects n more clients, and waits until they have work.
func (c *crowd) connect(s *served, n int, password string) {
	c.b.Helper()
	c.tell("connect %d %s %s", n, s.address, password)
	c.expect("connected")
}

// leave waits until the server has closed all connections.
func (c *crowd) leave() {
	c.b.Helper()
	c.tell("leave")
	c.expect("left")
}

// flood has one more client send shares that are too low, as fast as the server takes them, until the benchmark ends.
func (c *crowd) flood(s *served) {
	c.b.Helper()
	c.tell("flood %s", s.address)
	c.expect("flooding")
}

// busy has each client send so many shares, one as soon as the last is answered. The times are from line to line.
func (c *crowd) busy(each int) times {
	c.b.Helper()
	c.tell("busy %d", each)
	return c.times()
}

// steady has each client send a share each 10 s, for so long. The times are from line to line.
func (c *crowd) steady(d time.Duration) times {
	c.b.Helper()
	c.tell("steady %v", d)
	return c.times()
}

// news has the clients wait for work on a new parent. What it returns waits until all have read of it.
func (c *crowd) news() (wait func() times) {
	c.b.Helper()
	c.tell("news")
	c.expect("waiting")
	return c.times
}

func (c *crowd) tell(format string, a ...any) {
	c.b.Helper()
	if _, err := fmt.Fprintf(c.in, format+"\n", a...); err != nil {
		c.b.Fatal(err)
	}
}

func (c *crowd) line() string {
	c.b.Helper()
	if !c.out.Scan() {
		c.b.Fatal("the clients have ended")
	}
	return c.out.Text()
}

func (c *crowd) expect(answer string) {
	c.b.Helper()
	if line := c.line(); line != answer {
		c.b.Fatalf("the clients say %q", line)
	}
}

func (c *crowd) times() (t times) {
	c.b.Helper()
	if line := c.line(); json.Unmarshal([]byte(line), &t) != nil {
		c.b.Fatalf("the clients say %q", line)
	}
	return t
}
