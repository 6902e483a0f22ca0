package stratum_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// envClients has the test's program be so many clients of the server at the address that follows. They are a process of
// their own, so that their memory and descriptors are not counted with the server's.
const envClients = "SOLO_STRATUM_CLIENTS"

func TestMain(m *testing.M) {
	if text := os.Getenv(envClients); text != "" {
		var n int
		var address string
		if _, err := fmt.Sscan(text, &n, &address); err != nil {
			panic(err)
		}
		if err := beClients(n, address); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// beClients prints a line when all clients have work, and one for each new parent when all have read of it: the 50th and
// 99th percentile of when they did, in nanoseconds since 1970.
func beClients(n int, address string) error {
	const atOnce = 8
	news := make(chan time.Time, n)
	var next, failed = make(chan struct{}, n), make(chan error, atOnce)
	for range n {
		next <- struct{}{}
	}
	close(next)
	var connecting sync.WaitGroup
	for range atOnce {
		connecting.Go(func() {
			for range next {
				c, err := dial(address, everyHash)
				if err != nil {
					failed <- err
					return
				}
				go c.watch(news)
			}
		})
	}
	connecting.Wait()
	select {
	case err := <-failed:
		return err
	default:
	}
	fmt.Println("connected")
	times := make([]time.Time, n)
	for {
		for i := range times {
			times[i] = <-news
		}
		slices.SortFunc(times, time.Time.Compare)
		fmt.Println(times[n/2].UnixNano(), times[n*99/100].UnixNano())
	}
}

// watch sends when work on a new parent has been read, until the connection ends.
func (c *client) watch(news chan<- time.Time) {
	for {
		line, err := c.lines.ReadSlice('\n')
		switch {
		case err == bufio.ErrBufferFull: // the end of the line says whether it is on a new parent
		case err != nil:
			return
		case bytes.HasSuffix(line, []byte("true]}\n")):
			news <- time.Now()
		}
	}
}

// crowd is a process of clients.
type crowd struct{ out *bufio.Scanner }

// gather connects n clients.
func (s *served) gather(b *testing.B, n int) *crowd {
	b.Helper()
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil || limit.Cur < uint64(n)+100 {
		b.Skipf("%d clients need as many open files, and the limit is %d: raise it with ulimit -n", n, limit.Cur)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d %s", envClients, n, s.address))
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
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
	c := &crowd{bufio.NewScanner(out)}
	if line := c.line(b); line != "connected" {
		b.Fatalf("the clients say %q", line)
	}
	return c
}

func (c *crowd) line(b *testing.B) string {
	b.Helper()
	if !c.out.Scan() {
		b.Fatal("the clients have ended")
	}
	return c.out.Text()
}

// told waits until all clients have read of a new parent, and returns when half of them and 99 % of them had.
func (c *crowd) told(b *testing.B) (half, nearlyAll time.Time) {
	b.Helper()
	var at [2]int64
	if _, err := fmt.Sscan(c.line(b), &at[0], &at[1]); err != nil {
		b.Fatal(err)
	}
	return time.Unix(0, at[0]), time.Unix(0, at[1])
}

// BenchmarkNotify measures from the moment when a new block's template comes until 99 % of all clients, and half of them,
// have read of it. One iteration is a block; medians are reported.
func BenchmarkNotify(b *testing.B) {
	for _, n := range []int{1000, 10_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			s := serveOn(b, nil, accepting())
			s.templates <- newTemplate(b, 1, hard, mixed)
			c := s.gather(b, n)
			var halves, all []time.Duration
			for i := byte(2); b.Loop(); i++ {
				tmpl := newTemplate(b, i, hard, mixed)
				began := time.Now()
				s.templates <- tmpl
				half, nearlyAll := c.told(b)
				halves, all = append(halves, half.Sub(began)), append(all, nearlyAll.Sub(began))
			}
			slices.Sort(halves)
			slices.Sort(all)
			b.ReportMetric(halves[len(halves)/2].Seconds()*1000, "half-ms")
			b.ReportMetric(all[len(all)/2].Seconds()*1000, "p99-ms")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkIdleSessions measures the resident memory of this process with 10 and with 10,000 sessions that have work and say
// nothing.
func BenchmarkIdleSessions(b *testing.B) {
	for _, n := range []int{10, 10_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			s := serveOn(b, nil, accepting())
			s.templates <- newTemplate(b, 1, hard, mixed)
			s.gather(b, n)
			for b.Loop() {
				runtime.GC()
			}
			b.ReportMetric(resident(b)/1e6, "MB")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// resident returns the bytes of this process that are in memory.
func resident(b *testing.B) float64 {
	b.Helper()
	debug.FreeOSMemory()
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		var kB float64
		if _, err := fmt.Sscanf(line, "VmRSS: %f kB", &kB); err == nil {
			return kB * 1024
		}
	}
	b.Fatal("no VmRSS")
	return 0
}
