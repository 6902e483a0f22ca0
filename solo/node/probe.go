package node

import (
	"context"
	"errors"
	"slices"
	"time"

	"ltcsolo/solo"
)

// Unreachable reports whether err, of a Client, says that nothing answers at the node's address.
func Unreachable(err error) bool {
	var e *reachError
	return errors.As(err, &e) && e.down
}

// Unauthorized reports whether err, of a Client, says that the node refused the user name and password.
func Unauthorized(err error) bool { return refused(err) }

// Findings returns the alerts that a Group would raise about a node with this status. It knows about the node's clock
// only once the client has had a template.
func (c *Client) Findings(ctx context.Context, s *Status) []solo.Alert {
	m := monitor{client: c, every: tipsEvery}
	return findings(s, c.cfg.Network, m.observe(ctx, s, time.Now(), true))
}

// TipProbe says how new tips are noticed, and how fast the node answers.
type TipProbe struct {
	Waits     bool          // the node has waitforblockheight; otherwise the tip is polled
	Every     time.Duration // pause between two polls, unless Waits
	RoundTrip time.Duration // of that call, the median of several
}

// ProbeTip finds out how new tips are noticed. The node's chain must have reached height, so that it answers at once.
// Errors are the context's or an *Error.
func (c *Client) ProbeTip(ctx context.Context, height int32) (TipProbe, error) {
	const limit = time.Second // on the node's side, in case its chain has become shorter
	trip, err := median(func() error {
		_, err := c.call(ctx, c.general, callLimit, "waitforblockheight", height, limit.Milliseconds())
		return err
	})
	if err == nil {
		return TipProbe{Waits: true, RoundTrip: trip}, nil
	}
	if !hasCode(err, codeMethodNotFound) && !hasStatus(err, forbidden) {
		return TipProbe{}, err
	}
	trip, err = median(func() error {
		_, err := c.tip(ctx)
		return err
	})
	return TipProbe{Every: pollFast, RoundTrip: trip}, err
}

// median returns the median duration of several calls of ask.
func median(ask func() error) (time.Duration, error) {
	var took [5]time.Duration
	for i := range took {
		began := time.Now()
		if err := ask(); err != nil {
			return 0, err
		}
		took[i] = time.Since(began)
	}
	slices.Sort(took[:])
	return took[len(took)/2], nil
}

// MaySubmit submits a block of no bytes, which no node can decode. An error means that the node would not look at a real
// block either; it is the context's or an *Error.
func (c *Client) MaySubmit(ctx context.Context) error {
	_, err := c.submit.submit(ctx, submitLimit, nil)
	if ctx.Err() == nil {
		c.noteSubmission(err)
	}
	if err != nil && undecoded(err) == nil {
		return c.failed(ctx, "submitblock", err)
	}
	return nil
}
