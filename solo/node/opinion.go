package node

import (
	"context"
	"errors"

	"ltcsolo/solo"
	"ltcsolo/template"
)

// opinionOn returns the opinion for the node's word on a proposed block. That the block is not on the node's tip is harmless
// only if the tip has moved since the template: otherwise the template itself is on an old or unknown parent.
func (c *Client) opinionOn(ctx context.Context, block []byte, word string) solo.Opinion {
	opinion := opinionOf(word)
	if word == notOnTip && c.staysOn(ctx, (*template.Header)(block).PreviousBlock()) {
		opinion.Refused = true
	}
	return opinion
}

// staysOn reports whether the node gives templates on a parent that is not its tip. It is false if the node does not
// answer, or its tip keeps moving.
func (c *Client) staysOn(ctx context.Context, parent template.Hash) bool {
	const tries = 3
	for range tries {
		before, err := c.tip(ctx)
		if err != nil || before == parent {
			return false
		}
		var t struct {
			Previous template.Hash `json:"previousblockhash"`
		}
		if err := c.get(ctx, c.propose, &t, "getblocktemplate", c.templateRequest()); err != nil || t.Previous != parent {
			return false
		}
		if after, err := c.tip(ctx); err != nil || after == before {
			if err == nil {
				c.mu.Lock()
				c.toldStuck = parent
				c.mu.Unlock()
			}
			return err == nil
		}
	}
	return false
}

// judge checks here what can be checked of a block that the node does not take as a proposal, by the block's parent: it
// is the node's tip, and header and height follow from it. The opinion is zero if nothing is wrong as far as the node
// tells.
func (c *Client) judge(ctx context.Context, block []byte) (refusal solo.Opinion) {
	refuse := func(reason string) solo.Opinion { return solo.Opinion{Refused: true, Reason: reason} }
	if len(block) < template.HeaderSize {
		return refuse("Block decode failed")
	}
	h := (*template.Header)(block)
	if c.staysOn(ctx, h.PreviousBlock()) {
		return refuse(notOnTip)
	}
	network, err := c.networkName(ctx)
	if err != nil || !makesEmpty(c.cfg.Chain) {
		return solo.Opinion{}
	}
	p := template.Parent{}
	if err := c.parentOf(ctx, c.propose, &p, h.PreviousBlock(), network); err != nil {
		return solo.Opinion{}
	}
	if err := p.CheckChild(block, network); err != nil {
		return refuse(err.Error())
	}
	return solo.Opinion{}
}

// parentOf asks for a block that is the parent of the next one, as far as the next one's header depends on it.
func (c *Client) parentOf(ctx context.Context, l *lane, p *template.Parent, block template.Hash, network string) error {
	if err := c.get(ctx, l, p, "getblockheader", block); err != nil {
		return err
	}
	if !p.NeedsIntervalStart(network) {
		return nil
	}
	first, err := c.BlockAt(ctx, max(0, p.Height-c.cfg.Chain.Interval))
	if err != nil {
		return err
	}
	var header struct {
		Time uint32 `json:"time"`
	}
	err = c.get(ctx, l, &header, "getblockheader", first)
	p.IntervalStart = header.Time
	return err
}

// answered reports whether err came from the node, as an error in JSON or as an HTTP status.
func answered(err error) bool {
	var reply *replyError
	return isAnswer(err) || errors.As(err, &reply)
}
