package stratum_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ltcsolo/solo/stratum"
)

// writeCertificate writes a new certificate for 10.0.0.1 and its key, and returns the certificate.
func writeCertificate(t *testing.T, certFile, keyFile string) *x509.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	serial, _ := rand.Int(rand.Reader, big.NewInt(1<<62))
	c := &x509.Certificate{
		SerialNumber: serial, IPAddresses: []net.IP{net.IPv4(10, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{certFile: {Type: "CERTIFICATE", Bytes: der}, keyFile: {Type: "PRIVATE KEY", Bytes: keyDER}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// One port serves plain miners and those with TLS; the certificate is read again on demand.
func TestTLS(t *testing.T) {
	dir := t.TempDir()
	certFile, keyFile := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	synctest.Test(t, func(t *testing.T) {
		first := writeCertificate(t, certFile, keyFile)
		certificate, err := stratum.LoadCertificate(certFile, keyFile)
		if err != nil {
			t.Fatal(err)
		}
		h := serve(t, func(c *stratum.Config) { c.Certificate = certificate })
		h.works("10.0.0.2")
		connect := func(trusted *x509.Certificate) {
			t.Helper()
			roots := x509.NewCertPool()
			roots.AddCert(trusted)
			conn := tls.Client(h.l.dial("10.0.0.3"), &tls.Config{RootCAs: roots, ServerName: "10.0.0.1"})
			m := &miner{t: t, conn: conn, gate: make(chan struct{}, 1), ended: make(chan struct{})}
			if err := conn.Handshake(); err != nil {
				t.Fatal(err)
			}
			go m.read(conn)
			t.Cleanup(func() { conn.NetConn().Close(); close(m.ended) })
			m.send(subscribe + authorize)
			time.Sleep(30 * time.Second)
			if lines := m.all(); len(lines) != 5 || !strings.Contains(lines[4], `"a102"`) {
				t.Errorf("the server sent %q", lines)
			}
		}
		connect(first)
		second := writeCertificate(t, certFile, keyFile)
		if err := certificate.Reload(); err != nil {
			t.Fatal(err)
		}
		connect(second)
		if err := os.WriteFile(keyFile, []byte("nonsense"), 0o600); err != nil {
			t.Fatal(err)
		}
		if certificate.Reload() == nil {
			t.Error("a damaged key is taken")
		}
		connect(second)
	})
}

func TestLoadCertificateFails(t *testing.T) {
	if c, err := stratum.LoadCertificate("/nowhere/cert.pem", "/nowhere/key.pem"); err == nil || c != nil {
		t.Errorf("LoadCertificate() = %v, %v", c, err)
	}
}
