package deliverytest

import (
	"slices"
	"sync"

	"ltcsolo/solo/delivery"
	"ltcsolo/template"
)

// Chain is a node's view of the chain: its best chain's blocks by height, and others that it knows. The zero value is
// empty. It is safe for concurrent use.
type Chain struct {
	mu     sync.Mutex
	down   bool
	best   map[int32]template.Hash
	tip    int32
	beside []template.Hash
}

// Set makes blockHash the only block of the best chain, at this height below a tip. The block that was there before is
// beside the chain from now on.
func (c *Chain) Set(height, tip int32, blockHash template.Hash) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if was, ok := c.best[height]; ok {
		c.beside = append(c.beside, was)
	}
	c.best, c.tip = map[int32]template.Hash{height: blockHash}, tip
}

// Add makes blockHash the best chain's tip.
func (c *Chain) Add(height int32, blockHash template.Hash) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.best == nil {
		c.best = make(map[int32]template.Hash)
	}
	c.best[height], c.tip = blockHash, height
}

// AddBeside makes blockHash known, but not in the best chain.
func (c *Chain) AddBeside(blockHash template.Hash) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.beside = append(c.beside, blockHash)
}

// Invalidate makes the block below this one the tip, as invalidateblock does: the block is beside the chain then.
func (c *Chain) Invalidate(height int32) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.beside = append(c.beside, c.best[height])
	delete(c.best, height)
	c.tip = height - 1
}

// SetDown makes every question fail with ErrDown, or no longer.
func (c *Chain) SetDown(down bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.down = down
}

// Forget makes all blocks unknown.
func (c *Chain) Forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.best, c.beside = nil, nil
}

func (c *Chain) confirmations(blockHash template.Hash) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.down {
		return 0, ErrDown
	}
	for height, b := range c.best {
		if b == blockHash {
			return int(c.tip - height + 1), nil
		}
	}
	if slices.Contains(c.beside, blockHash) {
		return -1, nil
	}
	return 0, delivery.ErrUnknownBlock
}

func (c *Chain) blockAt(height int32) (template.Hash, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.down {
		return template.Hash{}, ErrDown
	}
	if h, ok := c.best[height]; ok {
		return h, nil
	}
	return template.Hash{}, delivery.ErrUnknownBlock
}
