package node_test

import (
	"encoding/pem"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"ltcsolo/solo/node"
	"ltcsolo/solo/node/nodetest"
)

// listen serves each connection with serve, until the test ends.
func listen(t *testing.T, serve func(net.Conn)) (url string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			serve(c)
			c.Close()
		}
	}()
	return "http://" + l.Addr().String()
}

// quietTLS serves https and does not log bad handshakes.
func quietTLS(t *testing.T, h http.Handler) *httptest.Server {
	s := httptest.NewUnstartedServer(h)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

// TestWhatIsNoRPCServer: what listens there is named soon, in place of litecoind being blamed.
func TestWhatIsNoRPCServer(t *testing.T) {
	s := nodetest.Start(t)
	tls := quietTLS(t, s)
	redirect := httptest.NewServer(http.RedirectHandler("https://user:"+secret+"@elsewhere.example/x", http.StatusMovedPermanently))
	t.Cleanup(redirect.Close)
	for _, tt := range []struct{ name, url, reason, remedy string }{
		{"peers' port", listen(t, func(c net.Conn) { io.ReadAtLeast(c, make([]byte, 24), 24) }), "closes connections without an answer", "9332"},
		{"reset", listen(t, func(c net.Conn) { c.(*net.TCPConn).SetLinger(0) }), "closes connections without an answer", "9332"},
		{"Stratum", listen(t, func(c net.Conn) {
			c.Read(make([]byte, 100))
			io.WriteString(c, `{"id":null,"result":null,"error":[20,"Not supported",null]}`+"\n")
		}), "does not speak HTTP", "9332"},
		{"https for http", strings.Replace(s.URL, "http:", "https:", 1), "does not speak https", "http://host:port"},
		{"http for https", strings.Replace(tls.URL, "https:", "http:", 1), "speaks https, not http", "https://host:port"},
		{"alert of TLS", listen(t, func(c net.Conn) { c.Read(make([]byte, 1000)); io.WriteString(c, "\x15\x03\x01\x00\x02\x02\x46\r\n") }),
			"speaks https, not http", "https://host:port"},
		{"unknown authority", tls.URL, "has a certificate of an authority that this machine does not know", "--rpc-ca FILE"},
		{"redirect", redirect.URL, "redirects to https://elsewhere.example/x", "that it redirects to"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := open(t, node.Config{URL: tt.url, Credentials: fixed("user", secret)})
			began := time.Now()
			_, err := c.Status(testContext(t))
			e := asError(t, err)
			if !strings.Contains(e.Reason, "is not litecoind's RPC server: it "+tt.reason) || !strings.Contains(e.Remedy, tt.remedy) {
				t.Errorf("error %q, remedy %q, want %q, %q", e.Reason, e.Remedy, tt.reason, tt.remedy)
			}
			if took := time.Since(began); took > 10*time.Second { // 1 s on an idle machine
				t.Errorf("it took %v to say so", took)
			}
		})
	}
}

// TestAuthority: with the certificate of a proxy, https works for every call.
func TestAuthority(t *testing.T) {
	s := nodetest.Start(t)
	tls := quietTLS(t, s)
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: tls.Certificate().Raw})
	c := open(t, node.Config{URL: tls.URL, Credentials: s.Credentials, CA: certificate})
	if _, err := c.Status(testContext(t)); err != nil {
		t.Errorf("Status: %v", err)
	}
	if err := c.MaySubmit(testContext(t)); err != nil {
		t.Errorf("MaySubmit: %v", err)
	}
}
