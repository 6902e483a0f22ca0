package main

import (
	"cmp"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"ltcsolo/solo/stratum/stratumtest"
)

// stratumURL is where a run's log says that miners may connect.
var stratumURL = regexp.MustCompile(`stratum\+tcp://([0-9.]+:[0-9]+)`)

// connectMiner connects a miner that ends with the test.
func connectMiner(t *testing.T, address string, cfg stratumtest.Config) *stratumtest.Miner {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	m, err := stratumtest.Connect(conn, cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	return m
}

// serverOf returns the address of the server that writes a log.
func serverOf(ts *testscript.TestScript, log string) string {
	at := stratumURL.FindStringSubmatch(ts.ReadFile(log))
	if at == nil {
		ts.Fatalf("%s does not say where miners may connect", log)
	}
	return at[1]
}

// miner LOG USER [-tls] connects to the server that writes the log, solves a block of the first job, submits it, and prints
// taken, or why it was refused; with -tls also the certificate's serial number. With ! it connects, and must not get work.
func miner(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: miner LOG USER [-tls]")
	}
	conn, err := net.Dial("tcp", serverOf(ts, args[0]))
	ts.Check(err)
	defer conn.Close()
	ts.Check(conn.SetDeadline(time.Now().Add(time.Minute)))
	if len(args) > 2 {
		conn = tls.Client(conn, &tls.Config{InsecureSkipVerify: true}) // the test's own certificate
	}
	m, err := stratumtest.Connect(conn, stratumtest.Config{User: args[1], Agent: "script/1.0"})
	if neg {
		if err == nil {
			ts.Fatalf("the miner got work")
		}
		return
	}
	ts.Check(err)
	defer m.Close()
	work, err := m.Next(nil)
	ts.Check(err)
	share := work.Share()
	if !share.Solve(work.Target(), 10_000) {
		ts.Fatalf("ten thousand hashes are no block: this is no test network")
	}
	refusal, err := m.Submit(share)
	ts.Check(err)
	fmt.Fprintln(ts.Stdout(), cmp.Or(refusal, "taken"))
	if c, ok := conn.(*tls.Conn); ok {
		fmt.Fprintln(ts.Stdout(), "certificate", c.ConnectionState().PeerCertificates[0].SerialNumber)
	}
}

// wrongport LOG sends a browser's request to the server's port for miners and prints the answer.
func wrongPort(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: wrongport LOG")
	}
	conn, err := net.Dial("tcp", serverOf(ts, args[0]))
	ts.Check(err)
	defer conn.Close()
	ts.Check(conn.SetDeadline(time.Now().Add(time.Minute)))
	_, err = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	ts.Check(err)
	_, err = io.Copy(ts.Stdout(), conn)
	ts.Check(err)
}

// cert CERT KEY SERIAL [DAYS] writes a certificate for 127.0.0.1 and its key.
func cert(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: cert CERT KEY SERIAL [DAYS]")
	}
	days := 365
	if len(args) > 3 {
		var err error
		days, err = strconv.Atoi(args[3])
		ts.Check(err)
	}
	serial, ok := new(big.Int).SetString(args[2], 10)
	if !ok {
		ts.Fatalf("serial %s?", args[2])
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ts.Check(err)
	c := &x509.Certificate{
		SerialNumber: serial, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().AddDate(0, 0, -30), NotAfter: time.Now().AddDate(0, 0, days),
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	ts.Check(err)
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}), 0o600))
}
