package run

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"ltcsolo/solo/node"
	"ltcsolo/solo/node/discover"
)

// askAgain is the pause before a node that cannot be used yet is asked again.
const askAgain = time.Second

// Retry calls try, which asks nodes, until it succeeds. It gives up after wait, when ctx ends, or at an error that waiting
// does not cure, and returns the last error. tell, which may be nil, hears of each failure that is followed by another
// try, and of the time that is left.
func Retry(ctx context.Context, wait time.Duration, try func() error, tell func(err error, left time.Duration)) error {
	for until := time.Now().Add(wait); ; {
		err := try()
		if err == nil {
			return nil
		}
		left := time.Until(until)
		if left <= 0 || ctx.Err() != nil || !temporary(err) {
			return err
		}
		if tell != nil {
			tell(err, left)
		}
		pause := time.NewTimer(min(askAgain, left))
		select {
		case <-ctx.Done():
		case <-pause.C:
		}
		pause.Stop()
	}
}

// temporary reports whether waiting can cure a node's error.
func temporary(err error) bool {
	var known *node.Error
	return errors.As(err, &known) && known.Temporary
}

// Curable returns the first error that waiting can cure, else the first one; nil if there is none.
func Curable(errs []error) error {
	for _, err := range errs {
		if temporary(err) {
			return err
		}
	}
	if len(errs) == 0 {
		return nil
	}
	return errs[0]
}

// Open returns a client for each node of a discovery, which the caller closes with CloseAll.
func Open(d *discover.Found, log *slog.Logger) ([]*node.Client, error) {
	var clients []*node.Client
	for _, cfg := range d.Nodes {
		cfg.Log = log
		c, err := node.New(cfg)
		if err != nil {
			CloseAll(clients)
			return nil, err
		}
		clients = append(clients, c)
	}
	return clients, nil
}

// CloseAll closes clients.
func CloseAll(clients []*node.Client) {
	for _, c := range clients {
		c.Close()
	}
}

// straggling is how much longer than the first node that answers the others are waited for.
const straggling = 2 * time.Second

// Reply is a node's answer, or why there is none.
type Reply[T any] struct {
	Value T
	Err   error
}

// AskAll asks every node at once. Their replies come in the order of clients, each on a channel of its own. A node that
// hangs is given up two seconds after another has answered without an error. stop gives up all that are still asked.
func AskAll[T any](ctx context.Context, clients []*node.Client, ask func(context.Context, *node.Client) (T, error)) (replies []chan Reply[T], stop func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	errSlow := fmt.Errorf("no answer %v after another node's", straggling)
	for _, client := range clients {
		ch := make(chan Reply[T], 1)
		replies = append(replies, ch)
		go func() {
			var r Reply[T]
			r.Value, r.Err = ask(ctx, client)
			switch {
			case r.Err == nil:
				time.AfterFunc(straggling, func() { cancel(errSlow) })
			case context.Cause(ctx) == errSlow:
				r.Err = fmt.Errorf("%s: %w", client.Name(), errSlow)
			}
			ch <- r
		}()
	}
	return replies, func() { cancel(nil) }
}

// FirstStatus returns the status of the first node that answers within wait.
func FirstStatus(ctx context.Context, d *discover.Found, wait time.Duration, log *slog.Logger) (*node.Status, error) {
	clients, err := Open(d, log)
	if err != nil {
		return nil, err
	}
	defer CloseAll(clients)
	var status *node.Status
	err = Retry(ctx, wait, func() error {
		replies, stop := AskAll(ctx, clients, func(ctx context.Context, c *node.Client) (*node.Status, error) { return c.Status(ctx) })
		defer stop()
		var errs []error
		for _, reply := range replies {
			r := <-reply
			if r.Err == nil {
				status = r.Value
				return nil
			}
			errs = append(errs, r.Err)
		}
		return Curable(errs)
	}, nil)
	return status, err
}
