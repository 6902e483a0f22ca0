// Package deliverytest has fakes of what package delivery needs of others. Only tests import it.
package deliverytest

import (
	"context"
	"errors"
	"sync"
	"time"

	"ltcsolo/solo/delivery"
	"ltcsolo/template"
)

// ErrDown is the error of a node that does not answer.
var ErrDown = errors.New("node down")

// Node is a node that answers by its functions and keeps what was submitted. Set the fields before its first use.
type Node struct {
	ID     string        // its name
	Wait   time.Duration // how long a submission takes until Submit is called
	Hangs  bool          // no question about a block is ever answered
	Submit func(attempt int) (delivery.Verdict, error)
	Depth  func() (int, error) // confirmations of every block; nil: ErrDown
	Chain  *Chain              // where blocks stand, in place of Depth; may be nil

	mu     sync.Mutex
	blocks [][]byte
}

var _ delivery.Node = (*Node)(nil)

// Name implements [delivery.Node].
func (n *Node) Name() string { return n.ID }

// SubmitBlock implements [delivery.Node].
func (n *Node) SubmitBlock(ctx context.Context, block []byte) (delivery.Verdict, error) {
	n.mu.Lock()
	n.blocks = append(n.blocks, block)
	attempt := len(n.blocks)
	n.mu.Unlock()
	if n.Wait > 0 {
		late := time.NewTimer(n.Wait)
		defer late.Stop()
		select {
		case <-late.C:
		case <-ctx.Done():
		}
	}
	if ctx.Err() != nil {
		return delivery.Verdict{}, ctx.Err()
	}
	return n.Submit(attempt)
}

// Confirmations implements [delivery.Node].
func (n *Node) Confirmations(ctx context.Context, blockHash template.Hash) (int, error) {
	switch {
	case n.Hangs:
		<-ctx.Done()
		return 0, ctx.Err()
	case n.Chain != nil:
		return n.Chain.confirmations(blockHash)
	case n.Depth == nil:
		return 0, ErrDown
	}
	return n.Depth()
}

// BlockAt implements [delivery.Node].
func (n *Node) BlockAt(_ context.Context, height int32) (template.Hash, error) {
	if n.Chain == nil {
		return template.Hash{}, delivery.ErrUnknownBlock
	}
	return n.Chain.blockAt(height)
}

// Submitted returns the blocks of all submissions, in order.
func (n *Node) Submitted() [][]byte {
	n.mu.Lock()
	defer n.mu.Unlock()
	return append([][]byte(nil), n.blocks...)
}

// Answer returns a Node.Submit that gives this verdict on every block.
func Answer(o delivery.Outcome, reason string) func(int) (delivery.Verdict, error) {
	return func(int) (delivery.Verdict, error) { return delivery.Verdict{Outcome: o, Reason: reason}, nil }
}

// Accept is a Node.Submit that accepts every block.
func Accept(int) (delivery.Verdict, error) { return delivery.Verdict{Outcome: delivery.Accepted}, nil }

// Down is a Node.Submit that always fails.
func Down(int) (delivery.Verdict, error) { return delivery.Verdict{}, ErrDown }
