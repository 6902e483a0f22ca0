package stratum

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"sync/atomic"
)

// Certificate is what the server shows to miners that speak TLS. It is safe for concurrent use.
type Certificate struct {
	certFile, keyFile string
	current           atomic.Pointer[tls.Certificate]
}

// LoadCertificate reads a certificate and its key, both PEM.
func LoadCertificate(certFile, keyFile string) (*Certificate, error) {
	c := &Certificate{certFile: certFile, keyFile: keyFile}
	if err := c.Reload(); err != nil {
		return nil, err
	}
	return c, nil
}

// Reload reads the files again. After an error the certificate stays as it was.
func (c *Certificate) Reload() error {
	pair, err := tls.LoadX509KeyPair(c.certFile, c.keyFile)
	if err != nil {
		return fmt.Errorf("read certificate: %w", err)
	}
	c.current.Store(&pair)
	return nil
}

func (c *Certificate) config() *tls.Config {
	return &tls.Config{
		MinVersion:     tls.VersionTLS12,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.current.Load(), nil },
	}
}

// tlsHandshake is the first byte of a TLS connection.
const tlsHandshake = 0x16

// isTLS reports whether the first thing that came is TLS. bfgminer tries that first on every connection, and plain
// Stratum once the server has closed it.
func (l *lineReader) isTLS() bool { return l.start < l.end && l.buf[l.start] == tlsHandshake }

// startTLS goes on with TLS, if there is a certificate.
func (s *session) startTLS() bool {
	if s.server.cfg.Certificate == nil {
		return false
	}
	read := bytes.Clone(s.lines.buf[s.lines.start:s.lines.end])
	s.conn = tls.Server(&replayed{s.raw, io.MultiReader(bytes.NewReader(read), s.raw)}, s.server.cfg.Certificate.config())
	s.lines = newLineReader(s.conn)
	return true
}

// replayed is a connection whose first bytes have been read already.
type replayed struct {
	net.Conn
	r io.Reader
}

func (r *replayed) Read(b []byte) (int, error) { return r.r.Read(b) }
