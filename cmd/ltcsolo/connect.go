package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/urfave/cli/v2"

	"ltcsolo/solo/node"
	"ltcsolo/solo/node/discover"
	"ltcsolo/template"
	"ltcsolo/wallet"
)

// askAgain is the pause before a node that cannot be used yet is asked again.
const askAgain = time.Second

// findNode finds the node by a command's flags and what is on disk. Nothing is connected yet.
func findNode(ctx *cli.Context, log *slog.Logger) (*discover.Found, error) {
	if name := ctx.String("network"); name != "" {
		if _, err := wallet.ParseNetwork(name); err != nil {
			return nil, err
		}
	}
	if ctx.Duration("wait") < 0 {
		return nil, usage("give a time such as 10m", "--wait is negative")
	}
	var forks []template.Fork
	for _, text := range ctx.StringSlice("fork") {
		f, err := node.ParseFork(text)
		if err != nil {
			return nil, err
		}
		forks = append(forks, f)
	}
	d, err := discover.Find(discover.Options{
		Network: ctx.String("network"), DataDir: ctx.String("datadir"), Conf: ctx.String("conf"), URLs: ctx.StringSlice("rpc"),
		User: ctx.String("rpc-user"), Password: os.Getenv(envPassword), PasswordFile: ctx.String("rpc-password-file"),
		CookieFile: ctx.String("rpc-cookie"),
	})
	if err != nil {
		return nil, err
	}
	for i := range d.Nodes {
		d.Nodes[i].Forks = forks
	}
	log.Debug("node is looked for", "network", d.Network, "datadir", d.DataDir, "conf", d.Conf, "credentials", d.CredentialsFrom)
	return d, nil
}

// connection is the nodes of a run, and the first that could be used at the start.
type connection struct {
	clients  []*node.Client
	first    *node.Client
	status   *node.Status
	template *template.Template // the first one's at the start
}

func (c *connection) Close() {
	for _, client := range c.clients {
		client.Close()
	}
}

// connect waits up to wait for the first node that can be used. Why it waits is told on shown too, if that is not nil.
func connect(ctx context.Context, d *discover.Found, wait time.Duration, allowOld bool, log *slog.Logger, shown *console) (*connection, error) {
	c := &connection{}
	for _, cfg := range d.Nodes {
		cfg.Log = log
		client, err := node.New(cfg)
		if err != nil {
			c.Close()
			return nil, err
		}
		c.clients = append(c.clients, client)
	}
	until := time.Now().Add(wait)
	reasons := &waiting{log: log, console: shown}
	defer reasons.end()
	for {
		err := c.choose(ctx, d.Network, allowOld, log)
		if err == nil {
			return c, nil
		}
		left := time.Until(until)
		var known *node.Error
		if ctx.Err() != nil || left <= 0 || !errors.As(err, &known) || !known.Temporary {
			c.Close()
			return nil, err
		}
		reasons.tell(err, left)
		pause := time.NewTimer(min(askAgain, left))
		select {
		case <-ctx.Done():
		case <-pause.C:
		}
		pause.Stop()
	}
}

// choose takes the first node that gives a template. The error is that of the first node that waiting can help, else
// of the first.
func (c *connection) choose(ctx context.Context, network string, allowOld bool, log *slog.Logger) error {
	type usable struct {
		status   *node.Status
		template *template.Template
	}
	answers, stop := askAll(ctx, c.clients, func(ctx context.Context, client *node.Client) (usable, error) {
		status, t, err := ask(ctx, client, network, allowOld)
		return usable{status, t}, err
	})
	defer stop()
	var first error
	for i, client := range c.clients {
		got := <-answers[i]
		if got.err == nil {
			c.first, c.status, c.template = client, got.value.status, got.value.template
			return nil
		}
		var known, before *node.Error
		if first == nil || errors.As(got.err, &known) && known.Temporary && (!errors.As(first, &before) || !before.Temporary) {
			first = got.err
		}
		if len(c.clients) > 1 {
			log.Warn("node cannot be used for templates now; a found block is sent to it all the same", "node", client.Name(), "err", got.err)
		}
	}
	return first
}

// straggling is how much longer than the first node that is well the others are waited for.
const straggling = 2 * time.Second

// reply is what a node said, or why it did not.
type reply[T any] struct {
	value T
	err   error
}

// askAll asks every node at once. Their replies come in the order of clients, each on a channel of its own: one that
// hangs is given up once another is well, after straggling. stop gives up all that are out.
func askAll[T any](ctx context.Context, clients []*node.Client, ask func(context.Context, *node.Client) (T, error)) (replies []chan reply[T], stop func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	errSlow := fmt.Errorf("no answer %v after another node's", straggling)
	for _, client := range clients {
		ch := make(chan reply[T], 1)
		replies = append(replies, ch)
		go func() {
			var r reply[T]
			r.value, r.err = ask(ctx, client)
			switch {
			case r.err == nil:
				time.AfterFunc(straggling, func() { cancel(errSlow) })
			case context.Cause(ctx) == errSlow:
				r.err = fmt.Errorf("%s: %w", client.Name(), errSlow)
			}
			ch <- r
		}()
	}
	return replies, func() { cancel(nil) }
}

// ask looks whether a node can be mined with: its state, and whether it gives a template at all.
func ask(ctx context.Context, client *node.Client, network string, allowOld bool) (*node.Status, *template.Template, error) {
	status, err := client.Status(ctx)
	if err != nil {
		return nil, nil, err
	}
	if err := status.Check(network, allowOld); err != nil {
		return nil, nil, err
	}
	t, err := client.NextTemplate(ctx, nil)
	return status, t, err
}
