package dashboard_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

// send writes raw bytes on a new connection and returns the status line of the answer, if any.
func send(t *testing.T, address, raw string) string {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(30 * time.Second))
	io.WriteString(c, raw) // the server may refuse it before it has read all of it
	line, _ := bufio.NewReader(c).ReadString('\n')
	return strings.TrimSpace(line)
}

func TestHostileRequests(t *testing.T) {
	t.Parallel()
	address, _ := serve(t, full(t))
	const host = "Host: 127.0.0.1\r\nConnection: close\r\n\r\n"
	for _, tt := range []struct{ name, raw, want string }{
		{"good", "GET /healthz HTTP/1.1\r\n" + host, "200"},
		{"HEAD", "HEAD / HTTP/1.1\r\n" + host, "200"},
		{"no host", "GET / HTTP/1.1\r\n\r\n", "400"},
		{"no host, HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", "421"},
		{"two hosts", "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n", "400"},
		{"whole URL of another host", "GET http://evil.example/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "421"},
		{"up and away", "GET /../../../etc/passwd HTTP/1.1\r\n" + host, "30"},
		{"up, encoded", "GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\n" + host, "404"},
		{"bad encoding", "GET /%zz HTTP/1.1\r\n" + host, "400"},
		{"no path", "GET style.css HTTP/1.1\r\n" + host, "400"},
		{"source of the page", "GET /page.html HTTP/1.1\r\n" + host, "404"},
		{"huge header", "GET / HTTP/1.1\r\nX: " + strings.Repeat("x", 1<<20) + "\r\n" + host, "431"},
		{"many headers", "GET / HTTP/1.1\r\n" + strings.Repeat("X: y\r\n", 1<<17) + host, "431"},
		{"huge path", "GET /" + strings.Repeat("x", 1<<20) + " HTTP/1.1\r\n" + host, "431"},
		{"no HTTP", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", "400"},
		{"connect", "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n", "405"},
		{"body", "POST /api/stats HTTP/1.1\r\nContent-Length: 99999999999\r\n" + host, "405"},
		{"smuggled", "POST / HTTP/1.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked, identity\r\n" + host, "501"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := send(t, address, tt.raw); got != "" && !strings.HasPrefix(got, "HTTP/1.1 "+tt.want) && !strings.HasPrefix(got, "HTTP/1.0 "+tt.want) {
				t.Errorf("answer %q, want %s", got, tt.want)
			}
		})
	}
	if resp, err := http.Get("http://" + address + "/healthz"); err != nil || resp.StatusCode != 200 {
		t.Errorf("after all that: %v, %v", resp, err)
	} else {
		resp.Body.Close()
	}
	http.DefaultClient.CloseIdleConnections()
}

// Clients that send nothing, or never complete a header, are cut off, and those that wait behind them are served.
func TestSlowClientsAreCutOff(t *testing.T) {
	t.Parallel()
	address, _ := serve(t, full(t))
	var slow []net.Conn
	for i := range 70 { // more than the server takes at a time
		c, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if i%2 == 0 {
			fmt.Fprintf(c, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
		}
		slow = append(slow, c)
	}
	if got := send(t, address, "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"); !strings.Contains(got, "200") {
		t.Errorf("behind slow clients: %q", got)
	}
	for _, c := range slow {
		c.SetReadDeadline(time.Now().Add(30 * time.Second))
		if _, err := io.Copy(io.Discard, c); errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatal("a client that sends nothing is not cut off")
		}
	}
}
