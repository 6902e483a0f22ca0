package node_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"ltcsolo/solo/node"
	"ltcsolo/solo/regtest"
)

// Four programs wait for new blocks on a node with four RPC threads: a found block does not wait long for one of these.
func TestH33SubmissionWhileOtherProgramsWait(t *testing.T) {
	t.Parallel()
	net := regtest.Start(t, regtest.Config{Args: []string{"-rpcthreads=4"}})
	net.ToHeight(t, 1)
	ctx, cancel := context.WithCancel(testContext(t))
	var waiting sync.WaitGroup
	defer waiting.Wait()
	defer cancel()
	for range 4 {
		c, _ := discovered(t, net.Nodes[0])
		prev := first(t, c)
		waiting.Go(func() { c.NextTemplate(ctx, prev) })
	}
	c := litecoind(t, net.Nodes[0], node.Config{})
	var worst time.Duration
	for range 40 {
		began := time.Now()
		if err := c.MaySubmit(ctx); err != nil {
			t.Fatal(err)
		}
		worst = max(worst, time.Since(began))
		time.Sleep(100 * time.Millisecond) // spreads the submissions over the waits
	}
	if worst > 5*time.Second {
		t.Errorf("a submission waited %v for a thread", worst)
	}
	t.Logf("a submission waited %v at worst", worst)
}
