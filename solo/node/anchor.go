package node

import (
	"context"
	"errors"
	"fmt"

	"ltcsolo/template"
)

// anchorLeast is the least depth of an anchor, on a chain so short that the anchor is its first block.
const anchorLeast = 12

// anchorDepth is how far below the tip a block is taken as there for good: as consensus takes a coinbase that can be
// spent. A node whose chain has another block there is on another chain.
func (c *Client) anchorDepth() int32 {
	const usual = 100
	n, ok := c.cfg.Chain.Network(c.words().network)
	if !ok {
		return usual
	}
	return int32(n.Maturity)
}

// anchor is a block well below the tip of the node's chain; zero if none is known.
type anchor struct {
	height int32
	block  template.Hash
}

// keepAnchor compares the node's chain, which has this height, with what it was before, and moves the anchor up if it is
// the same. The error is sameChain's.
func (c *Client) keepAnchor(ctx context.Context, tip int32) error {
	if err := c.sameChain(ctx); err != nil {
		return err
	}
	at := max(1, tip-c.anchorDepth())
	c.mu.Lock()
	enough := tip-at < anchorLeast || at <= c.anchor.height
	c.mu.Unlock()
	if enough {
		return nil
	}
	var fresh anchor
	fresh.height = at
	if err := c.get(ctx, c.general, &fresh.block, "getblockhash", at); err != nil {
		return anchorUnknown(err)
	}
	if err := c.sameChain(ctx); err != nil { // the chains may have been swapped meanwhile
		return err
	}
	c.mu.Lock()
	c.anchor = fresh
	c.mu.Unlock()
	return nil
}

// sameChain returns an *Error if the node's chain is another one than before: another node answers at its address, on
// the same network. Other errors are the call's; there is none if the chain is too short to tell, or getblockhash is not
// on the node's whitelist.
func (c *Client) sameChain(ctx context.Context) error {
	c.mu.Lock()
	a := c.anchor
	c.mu.Unlock()
	if a == (anchor{}) {
		return nil
	}
	var now template.Hash
	if err := c.get(ctx, c.general, &now, "getblockhash", a.height); err != nil {
		return anchorUnknown(err)
	}
	if now == a.block {
		return nil
	}
	return &Error{
		Reason: fmt.Sprintf("%s at %s is on another chain than before: its block %d is %v and was %v", c.daemon(), c.name, a.height, now, a.block),
		Remedy: "find out which node answers at this address, and put the right one back; if its chain is right, start ltcsolo again",
		Err:    errOtherChain,
	}
}

// errOtherChain is the cause of sameChain's *Error.
var errOtherChain = errors.New("another chain")

// anchorUnknown drops the error of a node that cannot say which block it has at the anchor's height.
func anchorUnknown(err error) error {
	if hasCode(err, codeInvalidParameter) || hasStatus(err, forbidden) {
		return nil
	}
	return err
}

// unlessOtherChain returns err, the answer that the node lacks a block or refuses it, unless that is so because the node
// is on another chain now: such an answer says nothing about the block.
func (c *Client) unlessOtherChain(ctx context.Context, err error) error {
	if other := c.sameChain(ctx); errors.Is(other, errOtherChain) {
		return other
	}
	return err
}
