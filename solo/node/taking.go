package node

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ltcsolo/solo"
)

// What keeps a found block out can often be seen before one is found: a node that does not let this user submit, or a proxy
// that takes no large request. This file keeps what submissions and proposals have shown of that.

const (
	probeLimit   = 3 * time.Second  // how long a probe may take
	firstProbe   = 5 * time.Second  // after the run has begun: a block that is found at once shows as much
	probeAgain   = 5 * time.Minute  // between two
	refusedAgain = 10 * time.Second // likewise, while the node refuses
)

// taking is what is known of a node's readiness to take blocks.
type taking struct {
	submitted time.Time // the last submission, of a block or of nothing
	refusal   error     // the node did not look at it, and waiting does not help; nil: it did

	unproposed []byte // the block of the last proposal; nil: the node gave its opinion
	failures   int    // proposals in a row without an opinion
	why        error
}

// noteSubmission keeps what the error of a submission says of the node. Whether it was away just then is not of interest.
func (c *Client) noteSubmission(err error) {
	var known *Error
	if err != nil && undecoded(err) == nil {
		if !errors.As(c.explain("submitblock", err), &known) || known.Temporary {
			return
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.taking.submitted, c.taking.refusal = time.Now(), nil
	if known != nil {
		c.taking.refusal = known
	}
}

// noteProposal keeps a proposal on which the node gave no opinion.
func (c *Client) noteProposal(block []byte, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := &c.taking
	if err == nil {
		t.unproposed, t.failures, t.why = nil, 0, nil
		return
	}
	t.unproposed, t.failures, t.why = block, t.failures+1, err
}

// probe finds out whether the node takes blocks, if that is due.
func (c *Client) probe(ctx context.Context, now time.Time) {
	c.mu.Lock()
	if c.taking.submitted.IsZero() {
		c.taking.submitted = now.Add(firstProbe - probeAgain)
	}
	t := c.taking
	c.mu.Unlock()
	wait := probeAgain
	if t.refusal != nil {
		wait = refusedAgain
	}
	ctx, cancel := context.WithTimeout(ctx, probeLimit)
	defer cancel()
	if now.Sub(t.submitted) >= wait {
		c.MaySubmit(ctx)
	}
	if t.unproposed != nil {
		c.Propose(ctx, t.unproposed)
	}
}

// findings returns the alerts about a node that would not take a found block.
func (t *taking) findings(w words, name string) []solo.Alert {
	var found []solo.Alert
	add := func(key, text string, why error) {
		a := solo.Alert{Key: key, Text: fmt.Sprintf("%s: %s", text, oneLine(why.Error())), Remedy: "see the node's debug.log", Grave: true}
		var known *Error
		if errors.As(why, &known) {
			a.Remedy = known.Remedy
		}
		found = append(found, a)
	}
	if t.refusal != nil {
		add(solo.AlertNoSubmit, fmt.Sprintf("%s at %s would not take a found block", w.daemon(), name), t.refusal)
	}
	if t.failures > 1 {
		add(solo.AlertNoProposal, fmt.Sprintf("%s at %s gives no opinion of the assembled block, and may not take a found one", w.daemon(), name), t.why)
	}
	return found
}
