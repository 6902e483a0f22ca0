package run

import (
	"context"
	"log/slog"
	"time"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/node"
	"ltcsolo/solo/node/discover"
	"ltcsolo/template"
)

// Connection is the nodes of a run, and the first of them that could be used.
type Connection struct {
	Clients  []*node.Client
	First    *node.Client
	Status   *node.Status       // of First
	Template *template.Template // of First
}

// Close closes the clients.
func (c *Connection) Close() { CloseAll(c.Clients) }

// Connect waits for the first node that can be mined with, for at most wait. It shows why it waits on the console, unless
// that is nil.
func Connect(ctx context.Context, d *discover.Found, wait time.Duration, allowOld bool, log *slog.Logger, console *terminal.Console) (*Connection, error) {
	return connect(ctx, d, wait, allowOld, log, console, func(error) {})
}

// connect is Connect that tells told, too, why it waits.
func connect(
	ctx context.Context, d *discover.Found, wait time.Duration, allowOld bool, log *slog.Logger, console *terminal.Console, told func(why error),
) (*Connection, error) {
	clients, err := Open(d, log)
	if err != nil {
		return nil, err
	}
	c := &Connection{Clients: clients}
	waiting := terminal.NewWaiting(log, console)
	defer waiting.End()
	tell := func(why error, left time.Duration) {
		told(why)
		waiting.Tell(why, left)
	}
	if err := Retry(ctx, wait, func() error { return c.choose(ctx, d.Network, allowOld, log) }, tell); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// choose takes the first node that gives a template. The error is Curable's.
func (c *Connection) choose(ctx context.Context, network string, allowOld bool, log *slog.Logger) error {
	type usable struct {
		status   *node.Status
		template *template.Template
	}
	replies, stop := AskAll(ctx, c.Clients, func(ctx context.Context, client *node.Client) (usable, error) {
		status, t, err := examine(ctx, client, network, allowOld)
		return usable{status, t}, err
	})
	defer stop()
	var errs []error
	for i, client := range c.Clients {
		r := <-replies[i]
		if r.Err == nil {
			c.First, c.Status, c.Template = client, r.Value.status, r.Value.template
			return nil
		}
		errs = append(errs, r.Err)
		if len(c.Clients) > 1 {
			log.Warn("node cannot be used for templates now; found blocks still go to it", "node", client.Name(), "err", r.Err)
		}
	}
	return Curable(errs)
}

// examine checks that a node can be mined with: its state, and that it gives a template at all.
func examine(ctx context.Context, client *node.Client, network string, allowOld bool) (*node.Status, *template.Template, error) {
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
