package node

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"ltcsolo/solo/neterr"
)

const (
	lookAfter = 500 * time.Millisecond // a node that answers at all has mostly answered by then
	lookLimit = time.Second
)

// foreignError says that what listens at the node's address is not the node's RPC server.
type foreignError struct {
	what   string // it ...
	remedy string // {rpc} stands for --rpc, {node} for the node's program; empty: check the port
	maybe  bool   // it may be a node that is starting or stopping
}

func (e *foreignError) Error() string { return "it " + e.what }

const (
	remedyHTTPS = "give {rpc} https://host:port"
	remedyHTTP  = "give {rpc} http://host:port: {node} has no https, only a proxy in front of it"
	remedyCA    = "give its certificate, or that of its authority, with --rpc-ca FILE (PEM)"
)

// look finds out what listens at u, by a request that litecoind refuses at once and without credentials. It returns nil for
// an HTTP server, and if there is no reply in time.
func look(ctx context.Context, cfg *Config, u *url.URL) *foreignError {
	ctx, cancel := context.WithTimeout(ctx, lookLimit)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil
	}
	reply, err := (&http.Client{Transport: cfg.transport(), CheckRedirect: noRedirect}).Do(request)
	if err != nil {
		return foreign(err)
	}
	defer reply.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(reply.Body, 1<<10))
	return foreignReply(reply.StatusCode, reply.Header.Get("Location"), string(body))
}

// transport makes a connection for each request.
func (cfg *Config) transport() *http.Transport {
	t := &http.Transport{
		DialContext: func(ctx context.Context, _, host string) (net.Conn, error) { return cfg.dial(ctx, host) },
		// The node closes an idle connection after 30 s, and a request sent just then would be lost. A connection that is
		// ready after its call has ended is closed too: a node might never close it.
		DisableKeepAlives: true,
		// litecoind does not compress, and a few megabytes could unpack to as many gigabytes.
		DisableCompression: true,
	}
	if len(cfg.CA) > 0 {
		pool := x509.NewCertPool()
		pool.AppendCertsFromPEM(cfg.CA)
		t.TLSClientConfig = &tls.Config{RootCAs: pool}
	}
	return t
}

// noRedirect keeps the credentials from being sent elsewhere.
func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// foreign returns what an error of net/http says about the server, nil if it says nothing.
func foreign(err error) *foreignError {
	var (
		certificate *tls.CertificateVerificationError
		record      tls.RecordHeaderError
		op          *net.OpError
	)
	if err == nil {
		return nil
	}
	text := err.Error()
	switch {
	case errors.As(err, new(x509.UnknownAuthorityError)):
		return &foreignError{what: "has a certificate of an authority that this machine does not know", remedy: remedyCA}
	case errors.As(err, &certificate):
		return &foreignError{what: fmt.Sprintf("has a certificate that this machine does not trust: %v", certificate.Err), remedy: remedyCA}
	case errors.Is(err, http.ErrSchemeMismatch), errors.As(err, &record), strings.Contains(text, "tls: first record does not look like"):
		return &foreignError{what: "does not speak https", remedy: remedyHTTP}
	case strings.Contains(text, "malformed HTTP") && strings.Contains(text, `\x15\x03`): // an alert of TLS
		return &foreignError{what: "speaks https, not http", remedy: remedyHTTPS}
	case strings.Contains(text, "malformed HTTP"):
		return &foreignError{what: "does not speak HTTP"}
	case errors.As(err, &op) && op.Op == "dial" && !neterr.Broken(err):
		return nil
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), neterr.Broken(err):
		return &foreignError{what: "closes connections without an answer, as another port than RPC does", maybe: true}
	}
	return nil
}

// foreignReply is foreign for a reply that no litecoind gives.
func foreignReply(status int, location, body string) *foreignError {
	switch {
	case status >= 300 && status < 400 && location != "":
		return &foreignError{what: "redirects to " + excerpt(withoutUser(location)), remedy: "give {rpc} the address of the node itself, or the one that it redirects to"}
	case status >= 300 && status < 400:
		return &foreignError{what: fmt.Sprintf("redirects (HTTP %d)", status), remedy: "give {rpc} the address of the node itself"}
	case status == http.StatusBadRequest && strings.Contains(strings.ToUpper(body), "HTTPS"):
		return &foreignError{what: "speaks https, not http", remedy: remedyHTTPS}
	}
	return nil
}

// withoutUser returns a URL without a user name and password.
func withoutUser(location string) string {
	u, err := url.Parse(location)
	if err != nil {
		return "another address"
	}
	u.User = nil
	return u.String()
}

func (c *Client) explainForeign(e *foreignError) *Error {
	w := c.words()
	out := &Error{
		Reason: fmt.Sprintf("%s is not %s's RPC server: it %s", c.name, w.daemon(), e.what),
		Remedy: w.remedyPort() + w.p2pPorts(), Temporary: e.maybe, Err: e,
	}
	if e.remedy != "" {
		out.Remedy = strings.NewReplacer("{rpc}", w.flag("rpc"), "{node}", w.daemon()).Replace(e.remedy)
	}
	return out
}
