package node

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"ltcsolo/template"
)

const (
	// defaultEmptyAfter is how long the node may fail to make a template before an empty block replaces it.
	defaultEmptyAfter = 3 * time.Second
	// emptyRefresh is how often the node is asked again while an empty block is being mined.
	emptyRefresh = 5 * time.Second
)

// trouble is why getblocktemplate fails.
type trouble struct {
	err   error     // of the last call; nil: it succeeded
	since time.Time // of the first failure since the last template
}

// noteTemplate records the result of getblocktemplate.
func (c *Client) noteTemplate(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil && c.trouble.err == nil {
		c.trouble.since = time.Now()
	}
	c.trouble.err = err
}

// troubled returns since when and why getblocktemplate fails; a nil error if it does not, or need not work.
func (c *Client) troubled() (since time.Time, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.alone {
		return time.Time{}, nil
	}
	return c.trouble.since, c.trouble.err
}

// cannotAssemble reports whether err says that the node's own block would be invalid (node/miner.cpp, CreateNewBlock). One
// combination of transactions in its mempool can cause that for an hour.
func cannotAssemble(err error) bool {
	var answer *rpcError
	return errors.As(err, &answer) && answer.code == codeMisc && strings.Contains(answer.message, "CreateNewBlock")
}

// isAlone reports whether err says that the node of a private chain gives no template for want of a recent block, as before
// the first one, or of peers. Nobody else makes the blocks of such a chain: they are made here until the node does. A node
// that gave templates before and now wants a recent block is catching up, as after a crash: that is waited for. The caller
// holds mu.
func (c *Client) isAlone(err error) bool {
	return makesEmpty(c.cfg.Chain) && isPrivate(c.network) && (hasCode(err, codeInitialSync) && c.last == nil || hasCode(err, codeNotConnected) && !shuttingDown(err))
}

// templateOrEmpty is template, except that it returns the template of an empty block, which is made here, once the node
// has failed to assemble a block for EmptyAfter, or has been alone for so long or from the start.
func (c *Client) templateOrEmpty(ctx context.Context) (*template.Template, error) {
	t, err := c.template(ctx)
	if ctx.Err() != nil {
		return t, err
	}
	c.mu.Lock()
	alone := c.isAlone(err)
	patient := time.Since(c.trouble.since) < c.cfg.EmptyAfter && !(alone && c.last == nil)
	c.mu.Unlock()
	if err == nil || patient || !makesEmpty(c.cfg.Chain) || !alone && !cannotAssemble(err) {
		c.noteAlone(false, err)
		return t, err
	}
	c.noteAlone(alone, err)
	t, why := c.empty(ctx)
	if why == nil {
		return t, nil
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	var known *Error
	if !errors.As(err, &known) {
		return nil, err
	}
	both := *known
	both.Reason = fmt.Sprintf("%s; and no empty block can replace it: %s", known.Reason, oneLine(why.Error()))
	if alone && errors.Is(why, template.ErrNeedsPegIn) {
		both.Remedy, both.Temporary = pegIn, false
	}
	return nil, &both
}

// noteAlone logs the start and the end of making the blocks of a private chain here.
func (c *Client) noteAlone(alone bool, err error) {
	c.mu.Lock()
	was := c.alone
	c.alone = alone
	c.mu.Unlock()
	switch {
	case alone && !was:
		c.cfg.Log.Info("the node of this private chain gives no templates yet: its blocks are made here until it does",
			"node", c.name, "why", err.Error())
	case was && err == nil:
		c.cfg.Log.Info("the node gives templates", "node", c.name)
	}
}

// empty makes the template of an empty block on the node's tip.
func (c *Client) empty(ctx context.Context) (*template.Template, error) {
	var chain struct {
		Chain     string        `json:"chain"`
		Best      template.Hash `json:"bestblockhash"`
		SoftForks map[string]struct {
			Active bool `json:"active"` // for the next block
		} `json:"softforks"`
	}
	if err := c.get(ctx, c.work, &chain, "getblockchaininfo"); err != nil {
		return nil, err
	}
	if err := c.checkNetwork(chain.Chain); err != nil {
		return nil, err
	}
	fork, known := chain.SoftForks["mweb"]
	p := template.Parent{ActivatesMWEB: fork.Active || !known}
	if err := c.parentOf(ctx, c.work, &p, chain.Best, chain.Chain); err != nil {
		return nil, err
	}
	if p.MWEB != nil {
		var block struct {
			Transactions []template.Hash `json:"tx"`
		}
		if err := c.get(ctx, c.work, &block, "getblock", chain.Best, 1); err != nil {
			return nil, err
		}
		if n := len(block.Transactions); n > 0 {
			p.HogEx = block.Transactions[n-1]
		}
	}
	now := time.Now()
	return template.Empty(&p, chain.Chain, c.clock(now), now)
}

// clock is the node's time, counted on from its last template; this machine's before the first.
func (c *Client) clock(now time.Time) uint32 {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.last == nil {
		return uint32(now.Unix())
	}
	return c.last.WithMaxTime(0).TimeAt(now)
}
