package node

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/url"
	"strconv"
	"sync"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/template"
)

// Limits of a call, if its context does not end first. rpcclient would send a request again after one minute.
const (
	callLimit   = 30 * time.Second
	submitLimit = 50 * time.Second
	waitLimit   = waitOnNode + 10*time.Second
)

const defaultRefresh = 20 * time.Second

// Credentials gives what the node asks for. It is called for every new connection and after a refusal, so it reads
// its source anew each time: a cookie changes at every start of the node. It is safe for concurrent use.
type Credentials func() (user, password string, err error)

// Config says which node to talk to and how.
type Config struct {
	URL         string          // http://host:port; https for a TLS proxy before the node. No user, no path
	Credentials Credentials     // required
	Fallback    Credentials     // asked when Credentials are refused; nil: none
	Forks       []template.Fork // of main, beside those that are known
	Network     string          // the chain that the node must be on: "main", "test" or "regtest"; "": any
	Refresh     time.Duration   // how often a template is asked for while the tip stands still; 0: 20 s
	EmptyAfter  time.Duration   // how long the node may fail to make a template before an empty block is made here; 0: 3 s
	Log         *slog.Logger    // nil: none
}

// Client is a litecoind. It is safe for concurrent use.
type Client struct {
	cfg    Config
	name   string
	closed chan struct{} // closed by Close
	close  sync.Once

	waiting *lane // waitforblockheight, which takes up to 20 s
	work    *lane // getblocktemplate, which must not queue behind a proposal
	propose *lane // getblocktemplate in proposal mode, before which the tip must not wait
	submit  *poster
	general *lane

	waits   sync.WaitGroup     // the goroutine of wait
	mu      sync.Mutex         // guards what follows
	wait    *tipWait           // the last one; nil before the first
	noWaits time.Time          // up to when the tip is only polled
	chain   string             // what the node said it is on; "" after it was out of reach
	parent  parent             // of the last template on testnet
	failing bool               // the last refresh of a template failed
	trouble trouble            // with templates
	last    *template.Template // the node's last one
}

var (
	_ solo.Node     = (*Client)(nil)
	_ delivery.Node = (*Client)(nil)
)

// parent is what the testnet rule needs of a block.
type parent struct {
	block template.Hash
	time  uint32
}

// New checks cfg and returns a client, which connects at its first call. What the user configured wrongly is a
// *ConfigError.
func New(cfg Config) (*Client, error) {
	if cfg.Credentials == nil {
		return nil, errors.New("make node client: no credentials")
	}
	if _, ok := networks[cfg.Network]; !ok && cfg.Network != "" {
		return nil, unknownNetwork(cfg.Network)
	}
	u, err := parseURL(cfg.URL, cfg.Network)
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
	c := &Client{cfg: cfg, name: u.String(), closed: make(chan struct{})}
	for _, l := range []**lane{&c.waiting, &c.work, &c.propose, &c.general} {
		*l = newLane(u, cfg, c.closed)
	}
	c.submit = newPoster(u, cfg)
	return c, nil
}

// Close ends all calls, with an error, and returns when nothing of the client is left. It may be called again.
func (c *Client) Close() {
	c.close.Do(func() {
		c.mu.Lock() // no wait begins after this
		close(c.closed)
		c.submit.end()
		c.mu.Unlock()
		c.waits.Wait()
		for _, l := range []*lane{c.waiting, c.work, c.propose, c.general} {
			l.retire()
		}
	})
}

// Name is the node's URL. It holds no secret.
func (c *Client) Name() string { return c.name }

// call is the way of every call: the error is the context's, or an *Error.
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

// failed makes a lane's error the caller's.
func (c *Client) failed(ctx context.Context, method string, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if !isAnswer(err) {
		c.mu.Lock()
		c.chain = "" // another node may stand there when it can be reached again
		c.mu.Unlock()
	}
	return c.explain(method, err)
}

// get is call for a result that is decoded into v.
func (c *Client) get(ctx context.Context, l *lane, v any, method string, params ...any) error {
	return c.getWithin(ctx, l, callLimit, v, method, params...)
}

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

// parseURL accepts scheme, host and port only. A text that may hold a password is not repeated in the error.
func parseURL(text, network string) (*url.URL, error) {
	const remedy = "give the address of litecoind's RPC server, for example http://127.0.0.1:9332"
	u, err := url.Parse(text)
	if err != nil {
		return nil, &ConfigError{"the node's URL cannot be read", remedy}
	}
	if u.User != nil {
		return nil, &ConfigError{"the node's URL holds a user name or password",
			"take it out: use the cookie, litecoin.conf, or --rpc-user with --rpc-password-file"}
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.RawQuery != "" || u.Fragment != "" ||
		u.Path != "" && u.Path != "/" {
		return nil, &ConfigError{"the node's URL is not http://host:port", remedy}
	}
	port := u.Port()
	if port == "" {
		n, ok := networks[network]
		if !ok {
			n = networks["main"]
		}
		port = strconv.Itoa(n.rpcPort)
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return nil, &ConfigError{"the port of the node's URL is not 1 to 65535", remedy}
	}
	return &url.URL{Scheme: u.Scheme, Host: net.JoinHostPort(u.Hostname(), port)}, nil
}
