package stratum_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"ltcsolo/solo/stratum/stratumtest"
)

// envClients has the test's program be clients of a server, see crowd.
const envClients = "SOLO_STRATUM_CLIENTS"

func TestMain(m *testing.M) {
	if os.Getenv(envClients) == "" {
		os.Exit(m.Run())
	}
	if err := beClients(os.Stdin, os.Stdout); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

// clients are miners that cost next to nothing, beside the server that is measured: a single goroutine reads and writes
// for all of them, and no share is searched.
type clients struct {
	epoll  int
	events [256]unix.EpollEvent
	buf    [64 << 10]byte
	all    map[int32]*client // by file descriptor

	onNews   func(*client)               // work on a new parent has come
	onAnswer func(*client, []byte) error // a share was answered
}

// client is a connection.
type client struct {
	fd        int
	hello     []byte // what is sent as soon as it is connected
	job, time string // of its newest work; empty before the first
	nonce     uint32
	sent      time.Time // the share that is not answered yet
	left      int       // shares that are still to be sent
	partial   []byte    // the beginning of a line whose end has not come
}

// beClients does what the lines of in say, one after the other, and answers each with a line.
func beClients(in io.Reader, out io.Writer) error {
	epoll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return err
	}
	c := &clients{epoll: epoll, all: make(map[int32]*client)}
	for commands := bufio.NewScanner(in); commands.Scan(); {
		answer, err := c.do(strings.Fields(commands.Text()), out)
		if err != nil {
			return fmt.Errorf("%s: %w", commands.Text(), err)
		}
		fmt.Fprintln(out, answer)
	}
	return nil
}

// do does one of the commands that the methods of crowd give.
func (c *clients) do(command []string, out io.Writer) (answer any, err error) {
	var n int
	var d time.Duration
	if len(command) > 1 {
		n, _ = strconv.Atoi(command[1])
		d, _ = time.ParseDuration(command[1])
	}
	switch command[0] {
	case "connect":
		return "connected", c.connect(n, command[2], command[3])
	case "leave":
		return "left", c.wait(time.Time{}, func() bool { return len(c.all) == 0 })
	case "news":
		return c.news(out)
	case "busy":
		return c.busy(n)
	case "steady":
		return c.steady(d)
	case "flood":
		return "flooding", flood(command[1])
	}
	return nil, errors.New("unknown command")
}

// connect adds n clients, all at once, and waits until they have work.
func (c *clients) connect(n int, address, password string) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	known, ready := len(c.all), 0
	c.onNews = func(*client) { ready++ }
	for i := range n {
		fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
		if err != nil {
			return err
		}
		err = unix.Connect(fd, &unix.SockaddrInet4{Addr: at.Addr().As4(), Port: int(at.Port())})
		if err != nil && err != unix.EINPROGRESS {
			return err
		}
		name := fmt.Sprintf("rig%d", known+i)
		c.all[int32(fd)] = &client{fd: fd, hello: fmt.Appendf(nil, `{"id":1,"method":"mining.subscribe","params":["cpuminer/2.5.1"]}`+"\n"+
			`{"id":2,"method":"mining.authorize","params":["%s","%s"]}`+"\n", name, password)}
		err = unix.EpollCtl(c.epoll, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLIN | unix.EPOLLOUT, Fd: int32(fd)})
		if err != nil {
			return err
		}
	}
	return c.wait(time.Time{}, func() bool { return ready == n })
}

// wait takes what comes until done, or until a time, if there is one.
func (c *clients) wait(until time.Time, done func() bool) error {
	for !done() {
		timeout := -1
		if !until.IsZero() {
			left := time.Until(until)
			if left <= 0 {
				return nil
			}
			timeout = int((left + time.Millisecond - 1) / time.Millisecond)
		}
		n, err := unix.EpollWait(c.epoll, c.events[:], timeout)
		if err != nil && err != unix.EINTR {
			return err
		}
		for _, e := range c.events[:max(n, 0)] {
			if err := c.serve(c.all[e.Fd], e.Events); err != nil {
				return err
			}
		}
	}
	return nil
}

// serve does what a client's connection is ready for.
func (c *clients) serve(x *client, ready uint32) error {
	if x.hello != nil && ready&unix.EPOLLOUT != 0 {
		if _, err := unix.Write(x.fd, x.hello); err != nil {
			return err
		}
		x.hello = nil
		return unix.EpollCtl(c.epoll, unix.EPOLL_CTL_MOD, x.fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(x.fd)})
	}
	n, err := unix.Read(x.fd, c.buf[:])
	switch {
	case err == unix.EAGAIN:
		return nil
	case n <= 0: // the server has closed the connection
		delete(c.all, int32(x.fd))
		return unix.Close(x.fd)
	}
	rest := c.buf[:n]
	for {
		line, after, whole := bytes.Cut(rest, []byte("\n"))
		if !whole {
			x.partial = append(x.partial, rest...)
			return nil
		}
		if len(x.partial) > 0 {
			line = append(x.partial, line...)
			x.partial = x.partial[:0]
		}
		if err := c.take(x, line); err != nil {
			return err
		}
		rest = after
	}
}

// take takes a line.
func (c *clients) take(x *client, line []byte) error {
	switch {
	case bytes.HasPrefix(line, []byte(`{"id":null,"method":"mining.notify"`)):
		if x.job == "" {
			var notify struct{ Params []any }
			if err := json.Unmarshal(line, &notify); err != nil {
				return err
			}
			x.job, x.time = notify.Params[0].(string), notify.Params[7].(string)
		}
		if bytes.HasSuffix(line, []byte("true]}")) && c.onNews != nil {
			c.onNews(x)
		}
	case bytes.HasPrefix(line, []byte(`{"id":4,`)) && c.onAnswer != nil:
		return c.onAnswer(x, line)
	}
	return nil
}

// appendShare appends a share that was not submitted before.
func (x *client) appendShare(b []byte) []byte {
	x.nonce++
	return fmt.Appendf(b, `{"id":4,"method":"mining.submit","params":["rig","%s","00000000","%s","%08x"]}`+"\n", x.job, x.time, x.nonce)
}

// submit sends a share, on a connection that has nothing else to send.
func (c *clients) submit(x *client) error {
	x.sent = time.Now()
	_, err := unix.Write(x.fd, x.appendShare(c.buf[:0:1024]))
	return err
}

// good returns an error unless a share was accepted, or is the one in 65,536 that is too low even for everyHash.
func good(answer []byte) error {
	if bytes.Contains(answer, []byte(`"error":[`)) && !bytes.Contains(answer, []byte("Low difficulty")) {
		return fmt.Errorf("answer %s", answer)
	}
	return nil
}

// times is the answer to a command that measures how long something took, each time.
type times struct {
	Count      int
	P50, P99   time.Duration
	Took       time.Duration
	Processor  time.Duration // that the clients have used
	Half, Most time.Time     // when half of it had happened, and 99 %
}

func (t times) String() string {
	text, _ := json.Marshal(t)
	return string(text)
}

// measured returns the times of a command that began then.
func measured(all []time.Duration, began time.Time, used time.Duration) times {
	slices.Sort(all)
	n := len(all)
	return times{Count: n, P50: all[n/2], P99: all[n*99/100], Took: time.Since(began), Processor: processorTime() - used}
}

// processorTime returns the time that this process has used, of all processors.
func processorTime() time.Duration {
	var u unix.Rusage
	_ = unix.Getrusage(unix.RUSAGE_SELF, &u) // the arguments are right
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// news waits until all clients have work on a new parent.
func (c *clients) news(out io.Writer) (times, error) {
	began, used := time.Now(), processorTime()
	at := make([]time.Time, 0, len(c.all))
	c.onNews = func(*client) { at = append(at, time.Now()) }
	fmt.Fprintln(out, "waiting")
	err := c.wait(time.Time{}, func() bool { return len(at) >= len(c.all) })
	t := times{Count: len(at), Took: time.Since(began), Processor: processorTime() - used}
	if err == nil {
		t.Half, t.Most = at[len(at)/2], at[len(at)*99/100]
	}
	return t, err
}

// busy has each client send so many shares, one as soon as the last is answered.
func (c *clients) busy(each int) (times, error) {
	began, used := time.Now(), processorTime()
	waiting := len(c.all)
	took := make([]time.Duration, 0, waiting*each)
	c.onAnswer = func(x *client, line []byte) error {
		took = append(took, time.Since(x.sent))
		if x.left--; x.left > 0 {
			return errors.Join(good(line), c.submit(x))
		}
		waiting--
		return good(line)
	}
	for _, x := range c.all {
		x.left = each
		if err := c.submit(x); err != nil {
			return times{}, err
		}
	}
	err := c.wait(time.Time{}, func() bool { return waiting == 0 })
	return measured(took, began, used), err
}

// steady has each client send a share each 10 s, for so long.
func (c *clients) steady(d time.Duration) (times, error) {
	began, used := time.Now(), processorTime()
	var took []time.Duration
	c.onAnswer = func(x *client, line []byte) error {
		took = append(took, time.Since(x.sent))
		return good(line)
	}
	order := make([]*client, 0, len(c.all))
	for _, x := range c.all {
		order = append(order, x)
	}
	gap, sent := 10*time.Second/time.Duration(len(order)), 0
	for at := time.Duration(0); at < d; at += gap {
		if err := c.wait(began.Add(at), func() bool { return false }); err != nil {
			return times{}, err
		}
		if err := c.submit(order[sent%len(order)]); err != nil {
			return times{}, err
		}
		sent++
	}
	err := c.wait(time.Time{}, func() bool { return len(took) == sent })
	return measured(took, began, used), err
}

// flood has one more client send shares that are too low, and no blocks, as fast as the server takes them, until the
// process is killed.
func flood(address string) error {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return err
	}
	m, err := stratumtest.Connect(conn, stratumtest.Config{User: "flood", Password: tooHard})
	if err != nil {
		return err
	}
	w, err := m.Next(nil)
	if err != nil {
		return err
	}
	_, lines := m.Lines(low(w, 512)...)
	m.StopReading() // the answers are thrown away
	go io.Copy(io.Discard, conn)
	go func() {
		for err := error(nil); err == nil; {
			err = m.Write(lines)
		}
	}()
	return nil
}
