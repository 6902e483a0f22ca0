package neterr_test

import (
	"io"
	"net"
	"testing"

	"ltcsolo/solo/neterr"
)

func TestListenAndDial(t *testing.T) {
	first, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := first.Addr().String()
	if _, err := net.Listen("tcp", at); !neterr.PortTaken(err) || neterr.NoSuchAddress(err) || neterr.Forbidden(err) {
		t.Errorf("a second listener: %v", err)
	}
	if _, err := net.Listen("tcp", "192.0.2.1:0"); !neterr.NoSuchAddress(err) || neterr.PortTaken(err) { // of nobody (RFC 5737)
		t.Errorf("an address of nobody: %v", err)
	}
	first.Close()
	if _, err := net.Dial("tcp", at); !neterr.Refused(err) || neterr.Broken(err) {
		t.Errorf("nobody listens: %v", err)
	}
}

func TestBroken(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		conn, err := l.Accept()
		if err == nil {
			conn.(*net.TCPConn).SetLinger(0) // the connection is reset
			io.ReadFull(conn, make([]byte, 1))
			conn.Close()
		}
	}()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.Write([]byte("x"))
	if _, err := conn.Read(make([]byte, 1)); !neterr.Broken(err) || neterr.Refused(err) {
		t.Errorf("read from a connection that was reset: %v", err)
	}
	for _, is := range []func(error) bool{neterr.Broken, neterr.Refused, neterr.PortTaken, neterr.NoSuchAddress, neterr.Forbidden} {
		if is(nil) || is(io.EOF) {
			t.Error("no error, or the end of a connection, is taken for another error")
		}
	}
}
