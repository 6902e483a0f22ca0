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

// Findings are the guardian's alerts about the node, which has said this of itself, at one look. Of its clock it knows
// only after the client had a template.
func (c *Client) Findings(ctx context.Context, s *Status) []solo.Alert {
	g := guardian{client: c, every: tipsEvery}
	return findings(s, c.cfg.Network, g.watch(ctx, s, time.Now(), true))
}

// TipProbe is how the node tells of a new tip, and how fast it answers.
type TipProbe struct {
	Waits     bool          // waitforblockheight is there; else the tip is polled
	Every     time.Duration // pause between two polls, unless Waits
	RoundTrip time.Duration // of the call in question, the median of several
}

// ProbeTip measures the way to a new tip. height is one that the node's chain has, so that it answers at once. Errors
// are the context's or an *Error.
func (c *Client) ProbeTip(ctx context.Context, height int32) (TipProbe, error) {
	const limit = time.Second // in the node, should its chain have become shorter
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

// median is how long ask takes.
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

// Wallet is the name of the node's wallet, from which NewAddress takes; it may be empty. Nothing is taken from it.
// Errors are the context's or an *Error.
func (c *Client) Wallet(ctx context.Context) (name string, err error) {
	var wallet struct {
		Name string `json:"walletname"`
	}
	err = c.get(ctx, c.general, &wallet, "getwalletinfo")
	return oneLine(wallet.Name), withoutWallet(err)
}

// MaySubmit hands submitblock a block of no bytes, which no node can decode. An error says that a real one would not
// have been looked at either; it is the context's or an *Error.
func (c *Client) MaySubmit(ctx context.Context) error {
	if _, err := c.submit.submit(ctx, submitLimit, nil); err != nil && undecoded(err) == nil {
		return c.failed(ctx, "submitblock", err)
	}
	return nil
}
