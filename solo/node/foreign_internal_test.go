package node

import (
	"net"
	"strings"
	"syscall"
	"testing"

	"ltcsolo/template"
)

// A connection that is reset while it is dialled speaks of another port, unless the node has served there: then it is just
// ending.
func TestNodeThatEndsIsNoForeignServer(t *testing.T) {
	c, err := New(Config{URL: "http://127.0.0.1:1", Credentials: func() (string, string, error) { return "", "", nil }})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	reset := &reachError{err: &net.OpError{Op: "dial", Err: syscall.ECONNRESET}, down: true}
	if e := c.explainReach("getnetworkinfo", reset); !strings.Contains(e.Reason, "is not litecoind's RPC server") {
		t.Errorf("before a template: %q", e.Reason)
	}
	c.last = new(template.Template)
	if e := c.explainReach("getnetworkinfo", reset); !strings.HasPrefix(e.Reason, "no litecoind answers at ") || !strings.Contains(e.Remedy, "start litecoind") {
		t.Errorf("after one: %q, %q", e.Reason, e.Remedy)
	}
}
