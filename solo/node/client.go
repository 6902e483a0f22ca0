package node

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/template"
)

// Limits of a call whose context does not end first.
const (
	callLimit   = 30 * time.Second
	submitLimit = 50 * time.Second
	waitLimit   = longestWait + 10*time.Second
)

const defaultRefresh = 20 * time.Second

// Credentials returns the user name and password for the node. It is called before the first call and after a refusal, and
// reads its source each time: a cookie changes at every start of the node. It is safe for concurrent use.
type Credentials func() (user, password string, err error)

// Config configures a Client.
type Config struct {
	Chain       *template.Chain // whose node it is; nil: Litecoin
	URL         string          // http://host:port, without user and path; https for a TLS proxy in front of the node
	Also        []string        // host:port pairs of the same node, dialled in turn if URL's does not answer
	CA          []byte          // PEM certificates to trust for https, in place of the system's; nil: the system's
	Credentials Credentials     // required
	Fallback    Credentials     // tried when the node refuses Credentials; nil: none
	Forks       []template.Fork // of main, besides the known ones
	Network     string          // the network that the node must be on: "main", "test" or "regtest"; "": any
	Refresh     time.Duration   // how often to ask for a template while the tip stays; 0: 20 s
	EmptyAfter  time.Duration   // how long the node may fail to make a template before an empty block replaces it; 0: 3 s
	Log         *slog.Logger    // nil: none
}

// Client talks to one node. It is safe for concurrent use.
type Client struct {
	cfg     Config
	name    string
	logins  *logins
	watched atomic.Bool   // by a Group
	closed  chan struct{} // closed by Close
	close   sync.Once

	waiting *lane // waitforblockheight, which takes up to three seconds
	work    *lane // getblocktemplate, which must not queue behind a proposal
	propose *lane // getblocktemplate in proposal mode, which must not delay calls for the tip
	submit  *poster
	general *lane

	waits     sync.WaitGroup     // the goroutine of wait
	mu        sync.Mutex         // guards the fields below
	wait      *tipWait           // the last one; nil before the first
	pollUntil time.Time          // until then the tip is polled, without waits
	network   string             // the one that the node named; "" after it was unreachable
	parent    parent             // of the last template on testnet
	failing   bool               // the last refresh of a template failed
	trouble   trouble            // with templates
	alone     bool               // the blocks of a private chain are made here
	last      *template.Template // the last one that the node made
	lastAsked time.Time          // when that was asked for
	taking    taking             // whether the node takes blocks
	toldStuck template.Hash      // the old tip on which an opinion said that the node's templates stay
	anchor    anchor
}

var (
	_ solo.Node     = (*Client)(nil)
	_ delivery.Node = (*Client)(nil)
)

// parent is a block as the testnet rule needs it.
type parent struct {
	block template.Hash
	time  uint32
}

// New checks cfg and returns a client, which connects at its first call. An error that the user can fix is a
// *ConfigError.
func New(cfg Config) (*Client, error) {
	if cfg.Credentials == nil {
		return nil, errors.New("make node client: no credentials")
	}
	if cfg.Network != "" {
		if err := CheckNetwork(cfg.Network); err != nil {
			return nil, err
		}
	}
	cfg.Chain = orLitecoin(cfg.Chain)
	u, err := ParseURL(cfg.Chain, cfg.URL, 0)
	if err != nil {
		return nil, err
	}
	if cfg.Refresh <= 0 {
		cfg.Refresh = defaultRefresh
	}
	if cfg.EmptyAfter <= 0 {
		cfg.EmptyAfter = defaultEmptyAfter
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	c := &Client{cfg: cfg, name: u.String(), logins: newLogins(cfg), closed: make(chan struct{})}
	c.submit = newPoster(u, &c.cfg, c.logins)
	for _, l := range []**lane{&c.waiting, &c.work, &c.propose, &c.general} {
		*l = newLane(c.submit)
	}
	return c, nil
}

// Close ends all calls with an error and returns when all goroutines of the client have ended. It may be called again.
func (c *Client) Close() {
	c.close.Do(func() {
		c.mu.Lock() // no wait starts after this
		close(c.closed)
		c.submit.end()
		c.mu.Unlock()
		c.waits.Wait()
		for _, l := range []*lane{c.waiting, c.work, c.propose, c.general} {
			l.retire()
		}
	})
}

// Name is the node's URL. It contains no secret.
func (c *Client) Name() string { return c.name }

// daemon is the name of the node's program.
func (c *Client) daemon() string { return c.cfg.Chain.Daemon }

// call makes an RPC; every RPC but submitblock goes through it. The error is the context's or an *Error.
func (c *Client) call(ctx context.Context, l *lane, limit time.Duration, method string, params ...any) (json.RawMessage, error) {
	raw := make([]json.RawMessage, len(params))
	for i, p := range params {
		b, err := json.Marshal(p)
		if err != nil {
			return nil, err
		}
		raw[i] = b
	}
	result, err := l.call(ctx, limit, method, raw)
	if err != nil {
		return nil, c.failed(ctx, method, err)
	}
	return result, nil
}

// failed turns an error of a lane or poster into the caller's.
func (c *Client) failed(ctx context.Context, method string, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if !isAnswer(err) {
		c.mu.Lock()
		c.network = "" // another node may answer next time
		c.mu.Unlock()
	}
	return c.explain(method, err)
}

// get makes an RPC and decodes the result into v.
func (c *Client) get(ctx context.Context, l *lane, v any, method string, params ...any) error {
	return c.getWithin(ctx, l, callLimit, v, method, params...)
}

// getWithin is get with a limit other than callLimit.
func (c *Client) getWithin(ctx context.Context, l *lane, limit time.Duration, v any, method string, params ...any) error {
	result, err := c.call(ctx, l, limit, method, params...)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(result, v); err != nil {
		return c.explain(method, &replyError{status: 200, body: string(result)})
	}
	return nil
}

// ParseURL reads the URL of the RPC server of a chain's node, nil for Litecoin's: scheme, host and port, nothing else. A
// port that is left out is defaultPort; with 0 it is an error. The error is a *ConfigError and quotes nothing from the
// text, which may hold a password.
func ParseURL(chain *template.Chain, text string, defaultPort int) (*url.URL, error) {
	w := words{chain: orLitecoin(chain)}
	remedy := fmt.Sprintf("give the address of %s's RPC server, for example http://127.0.0.1:%d", w.daemon(), cmp.Or(DefaultPort(chain, "main"), 9332))
	bad := func(reason, remedy string) (*url.URL, error) {
		return nil, &ConfigError{Setting: Setting(chain, "rpc"), Reason: reason, Remedy: remedy}
	}
	u, err := url.Parse(text)
	if err != nil {
		return bad("the node's URL cannot be read", remedy)
	}
	if u.User != nil {
		return bad("the node's URL contains a user name or password",
			fmt.Sprintf("take it out: use the cookie, %s, or %s with %s", w.conf(), w.flag("rpc-user"), w.flag("rpc-password-file")))
	}
	if strings.HasPrefix(u.Path, "/wallet/") {
		return bad("the node's URL names a wallet", "leave /wallet/NAME out: ltcsolo asks the wallet that the node has loaded, and --address needs none")
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.RawQuery != "" || u.Fragment != "" ||
		u.Path != "" && u.Path != "/" {
		return bad("the node's URL is not http://host:port", remedy)
	}
	port := u.Port()
	if port == "" {
		port = strconv.Itoa(defaultPort)
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return bad("the port of the node's URL is not 1 to 65535", remedy)
	}
	return &url.URL{Scheme: u.Scheme, Host: net.JoinHostPort(u.Hostname(), port)}, nil
}
