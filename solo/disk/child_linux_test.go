package disk

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

const parentWord = "__parent"

func init() { plays[parentWord] = beParent }

// beParent is a process whose child hangs. It prints the child's process ID and waits to be killed.
func beParent() {
	fifo := os.Args[2]
	w := New(childWord)
	w.Detach(slog.New(slog.DiscardHandler))
	go w.Append(fifo, []byte("x"))
	if err := w.Create(fifo + ".other"); err != nil {
		fmt.Println(err)
	}
	fmt.Println(w.child.pid)
	select {}
}

// hang has w make a change that hangs: the system opens a pipe for writing once somebody opens it for reading. It returns
// when the change has begun; let releases it and returns its error.
func hang(t *testing.T, w *Writer) (let func() error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "fifo")
	if err := unix.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- w.Append(path, []byte("x")) }()
	awaitRequests(w, 1)
	return func() error {
		f, err := os.OpenFile(path, os.O_RDONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		return <-ended
	}
}

// A change that hangs holds up no other, nor the end.
func TestHangingChange(t *testing.T) {
	w, log := detached(t)
	let := hang(t, w)
	path := filepath.Join(t.TempDir(), "x")
	for range 3 {
		if err := w.Write(path, bytes.Repeat([]byte("x"), 1<<20)); err != nil {
			t.Error(err)
		}
	}
	w.Close()
	if err := let(); err != nil {
		t.Errorf("the change that hung: %v", err)
	}
	if err := w.Write(path, []byte("here")); err != nil {
		t.Errorf("Write after Close: %v", err)
	}
	if log.Len() > 0 {
		t.Errorf("log: %s", log)
	}
}

// The child leaves the signals that stop the program to its parent.
func TestChildOutlivesSignals(t *testing.T) {
	w, _ := detached(t)
	path := filepath.Join(t.TempDir(), "x")
	pid := w.child.pid
	for _, s := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP} {
		if err := w.Create(path); err != nil { // it has begun to serve
			t.Fatal(err)
		}
		if err := syscall.Kill(pid, s); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Create(path); err != nil || w.child.pid != pid || w.child.isGone() {
		t.Errorf("Create = %v by process %d, want process %d", err, w.child.pid, pid)
	}
	if group, err := syscall.Getpgid(pid); err != nil || group != pid {
		t.Errorf("the child's process group is %d, %v, want its own, which ctrl-C does not reach", group, err)
	}
}

// No change fails because the child is killed, and there is another child soon.
func TestChildKilled(t *testing.T) {
	w, log := detached(t)
	first := w.child
	kill := func() {
		c := w.child
		if err := syscall.Kill(c.pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		<-c.ended
		<-c.gone
	}
	path := filepath.Join(t.TempDir(), "x")
	write := func(text string) {
		t.Helper()
		if err := w.Write(path, []byte(text)); err != nil {
			t.Error(err)
		}
		if got, err := os.ReadFile(path); string(got) != text {
			t.Errorf("the file is %q, %v, want %q", got, err, text)
		}
	}
	write("one")
	kill()
	w.started = time.Now()
	write("two") // too soon for another child
	if w.child != first {
		t.Error("a child was started again at once: one that ends at once would be started for ever")
	}
	w.started = time.Time{}
	write("three")
	if w.child == first || w.child == nil || w.child.isGone() {
		t.Error("no other child was started")
	}
	if n := strings.Count(log.String(), "level=WARN"); n != 1 || !strings.Contains(log.String(), "started again") {
		t.Errorf("log: %s", log)
	}
}

// A change that the child was about to make when it was killed is made all the same.
func TestChildKilledAtWork(t *testing.T) {
	w, _ := detached(t)
	pid := w.child.pid
	path := filepath.Join(t.TempDir(), "x")
	if err := w.Create(path); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	text := bytes.Repeat([]byte("x"), 1<<20) // more than a pipe takes
	written := make(chan error, 2)
	go func() { written <- w.Write(path, text) }()
	go func() { written <- w.Create(path) }()
	awaitRequests(w, 3)
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := <-written; err != nil {
			t.Error(err)
		}
	}
	if got, err := os.ReadFile(path); !bytes.Equal(got, text) {
		t.Errorf("the file has %d bytes, %v, want %d", len(got), err, len(text))
	}
}

// awaitRequests waits until the child has been asked for n changes, or is being asked for the last of them.
func awaitRequests(w *Writer, n uint64) {
	for asked := uint64(0); asked < n; time.Sleep(time.Millisecond) {
		w.child.mu.Lock()
		asked = w.child.last
		w.child.mu.Unlock()
	}
}

// A child whose parent is killed ends, even if a change hangs.
func TestParentKilled(t *testing.T) {
	fifo := filepath.Join(t.TempDir(), "fifo")
	if err := unix.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	parent := exec.Command("/proc/self/exe", parentWord, fifo)
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	child, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(child)
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	parent.Wait()
	ended := []unix.PollFd{{Fd: int32(child), Events: unix.POLLIN}}
	for {
		n, err := unix.Poll(ended, 10_000)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if n != 1 || err != nil {
			syscall.Kill(pid, syscall.SIGKILL)
			t.Errorf("the child lives on (%v)", err)
		}
		return
	}
}

// Where no child can be started, that is told once, and the changes are made here.
func TestNoChild(t *testing.T) {
	defer func(p string) { program = p }(program)
	program = filepath.Join(t.TempDir(), "absent")
	w, log := detached(t)
	for range 3 {
		w.started = time.Unix(1, 0)
		if err := w.Create(filepath.Join(t.TempDir(), "x")); err != nil {
			t.Error(err)
		}
	}
	if n := strings.Count(log.String(), "level=WARN"); n != 1 {
		t.Errorf("log: %s", log)
	}
}

// The child has neither the environment nor the open files of its parent: it may outlive it on a disk that hangs.
func TestChildInheritsNothing(t *testing.T) {
	t.Setenv("LTCSOLO_RPC_PASSWORD", "secret")
	path := filepath.Join(t.TempDir(), "inherited")
	fd, err := unix.Open(path, unix.O_CREAT|unix.O_WRONLY, 0o600) // without O_CLOEXEC
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	w, _ := detached(t)
	if err := w.Create(path); err != nil {
		t.Fatal(err)
	}
	proc := fmt.Sprintf("/proc/%d/", w.child.pid)
	environment, err := os.ReadFile(proc + "environ")
	if err != nil || bytes.Contains(environment, []byte("secret")) || bytes.Contains(environment, []byte("NOTIFY_SOCKET")) {
		t.Errorf("environment: %q, %v", environment, err)
	}
	files, err := os.ReadDir(proc + "fd")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if to, err := os.Readlink(proc + "fd/" + f.Name()); to == path || err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("descriptor %s: %s, %v", f.Name(), to, err)
		}
	}
	for name, want := range map[string]string{"comm": "ltcsolo-writer\n", "cmdline": fmt.Sprintf("for process %d\x00", os.Getpid())} {
		if got, err := os.ReadFile(proc + name); !strings.HasSuffix(string(got), want) {
			t.Errorf("%s: %q, %v, want %q", name, got, err, want)
		}
	}
}

// A reply that cannot be read is the end of the child, not of the parent.
func TestGarbledReplies(t *testing.T) {
	c := &child{gone: make(chan struct{}), waiting: map[uint64]chan<- reply{}}
	c.receive(io.NopCloser(strings.NewReader("Segmentation fault")))
	if !c.isGone() {
		t.Error("the child still counts as there")
	}
}
