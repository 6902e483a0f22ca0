package node_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/node"
	"ltcsolo/solo/node/nodetest"
	"ltcsolo/template"
)

// unsolved makes a block on t. Its proof of work does not matter here.
func unsolved(t testing.TB, tmpl *template.Template, nonce uint32) ([]byte, template.Hash) {
	t.Helper()
	job, err := template.NewJob("1", tmpl, template.Coinbase{Script: []byte{0x51}, Tag: "/test/"}, true)
	if err != nil {
		t.Fatal(err)
	}
	s := template.Solution{Version: tmpl.Version, Time: tmpl.CurTime, Nonce: nonce}
	h, err := job.Header(s)
	if err != nil {
		t.Fatal(err)
	}
	b, err := job.Block(s)
	if err != nil {
		t.Fatal(err)
	}
	return b, h.BlockHash()
}

func TestSubmitBlockVerdicts(t *testing.T) {
	for _, tt := range []struct {
		reply nodetest.Fault
		want  delivery.Verdict
	}{
		{nodetest.Result(`null`), delivery.Verdict{Outcome: delivery.Accepted}},
		{nodetest.Result(`"inconclusive"`), delivery.Verdict{Outcome: delivery.Inconclusive}},
		{nodetest.Result(`"duplicate"`), delivery.Verdict{Outcome: delivery.Duplicate}},
		{nodetest.Result(`"duplicate-invalid"`), delivery.Verdict{Outcome: delivery.Rejected, Reason: "duplicate-invalid"}},
		{nodetest.Result(`"high-hash"`), delivery.Verdict{Outcome: delivery.Rejected, Reason: "high-hash"}},
		{nodetest.Result(`"mweb-missing"`), delivery.Verdict{Outcome: delivery.Rejected, Reason: "mweb-missing"}},
		{nodetest.Result(`"new word\n of 2030"`), delivery.Verdict{Outcome: delivery.RefusedUnclear, Reason: "new word  of 2030"}},
		{nodetest.RPCError(-22, "Block decode failed"), delivery.Verdict{Outcome: delivery.Rejected, Reason: "Block decode failed"}},
	} {
		t.Run(tt.reply.Body, func(t *testing.T) {
			s := nodetest.Start(t)
			s.Script("submitblock", tt.reply)
			got, err := newClient(t, s, node.Config{}).SubmitBlock(testContext(t), []byte{1})
			if err != nil || got != tt.want {
				t.Errorf("SubmitBlock = %v, %v, want %v", got, err, tt.want)
			}
		})
	}
}

// TestSubmitBlockErrors: after each of these it is unknown whether the node has the block, which can be submitted again.
func TestSubmitBlockErrors(t *testing.T) {
	for _, tt := range []struct {
		name  string
		fault nodetest.Fault
		again delivery.Outcome
	}{
		{"warm-up", nodetest.WarmUp, delivery.Accepted},
		{"disk", nodetest.RPCError(-25, "AcceptBlock FAILED"), delivery.Accepted},
		{"work queue", nodetest.WorkQueue, delivery.Accepted},
		{"forbidden", nodetest.Forbidden, delivery.Accepted},
		{"unavailable", nodetest.Fault{Status: 503, Body: "<html>"}, delivery.Accepted},
		{"garbage", nodetest.Garbage, delivery.Accepted},
		{"HTML", nodetest.HTML, delivery.Accepted},
		{"truncated", nodetest.Truncated, delivery.Duplicate},
		{"no result", nodetest.Fault{Status: 200, Body: `{}`}, delivery.Accepted},
		{"a number", nodetest.Result(`7`), delivery.Accepted},
		{"an empty word", nodetest.Result(`" "`), delivery.Accepted},
		{"connection broken before reading", nodetest.ResetBeforeRead, delivery.Accepted},
		{"connection broken after reading", nodetest.ResetAfterRead, delivery.Accepted},
		{"reply lost", nodetest.LostReply, delivery.Duplicate},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := nodetest.Start(t)
			c := newClient(t, s, node.Config{})
			block, hash := unsolved(t, first(t, c), 0)
			s.Script("submitblock", tt.fault)
			v, err := c.SubmitBlock(testContext(t), block)
			if v != (delivery.Verdict{}) || err == nil {
				t.Fatalf("SubmitBlock = %v, %v, want an error", v, err)
			}
			asError(t, err)
			v, err = c.SubmitBlock(testContext(t), block)
			if err != nil || v.Outcome != tt.again {
				t.Errorf("second SubmitBlock = %v, %v, want %v", v, err, delivery.Verdict{Outcome: tt.again})
			}
			if n, err := c.Confirmations(testContext(t), hash); n != 1 || err != nil {
				t.Errorf("Confirmations = %d, %v, want 1", n, err)
			}
		})
	}
}

// TestSubmitBlocksAtOnce: a block whose reply is late does not delay the next one.
func TestSubmitBlocksAtOnce(t *testing.T) {
	s := nodetest.Start(t)
	c := newClient(t, s, node.Config{})
	tmpl := first(t, c)
	release := make(chan struct{})
	s.Script("submitblock", nodetest.Hold(release))
	slow, _ := unsolved(t, tmpl, 0)
	quick, hash := unsolved(t, tmpl, 1)
	done := make(chan error, 1)
	go func() {
		_, err := c.SubmitBlock(testContext(t), slow)
		done <- err
	}()
	eventually(t, "the first submission", func() bool { return s.Calls("submitblock") == 1 })
	if v, err := c.SubmitBlock(testContext(t), quick); err != nil || v.Outcome != delivery.Accepted || s.Arrived(hash) != 1 {
		t.Errorf("second SubmitBlock = %v, %v, want accepted", v, err)
	}
	close(release)
	if err := <-done; err != nil {
		t.Errorf("first SubmitBlock: %v", err)
	}
}

// TestSubmitBlockFollowsNoRedirect: the credentials go to the node only.
func TestSubmitBlockFollowsNoRedirect(t *testing.T) {
	elsewhere := nodetest.Start(t)
	s := httptest.NewServer(http.RedirectHandler(elsewhere.URL, http.StatusTemporaryRedirect))
	defer s.Close()
	c, err := node.New(node.Config{URL: s.URL, Credentials: elsewhere.Credentials})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if v, err := c.SubmitBlock(testContext(t), []byte{1}); err == nil {
		t.Errorf("SubmitBlock = %v, want an error", v)
	}
	if n := elsewhere.Calls("submitblock"); n != 0 {
		t.Errorf("%d requests reached the redirect's target", n)
	}
}

func TestSubmitBlockToANodeThatIsDown(t *testing.T) {
	s := nodetest.Start(t)
	c := newClient(t, s, node.Config{})
	block, hash := unsolved(t, first(t, c), 0)
	s.Down()
	began := time.Now()
	_, err := c.SubmitBlock(testContext(t), block)
	if e := asError(t, err); !e.Temporary {
		t.Errorf("error %+v, want a temporary one", e)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("took %v, want about a second at most", took)
	}
	s.Up(t)
	if v, err := c.SubmitBlock(testContext(t), block); err != nil || v.Outcome != delivery.Accepted {
		t.Errorf("SubmitBlock = %v, %v, want accepted", v, err)
	}
	if string(s.Block(hash)) != string(block) {
		t.Error("the node has other bytes than were sent")
	}
}

// TestSubmitBlockWhileOthersAreSlow: neither a wait nor a stuck proposal delays a found block.
func TestSubmitBlockWhileOthersAreSlow(t *testing.T) {
	s := nodetest.Start(t)
	c := newClient(t, s, node.Config{})
	prev := first(t, c)
	release := make(chan struct{})
	s.Always("getblocktemplate", nodetest.Hold(release))
	ctx, cancel := context.WithCancel(testContext(t))
	waiting := nextTemplate(ctx, c, prev)
	proposed := make(chan error, 1)
	block, hash := unsolved(t, prev, 0)
	go func() {
		_, err := c.Propose(ctx, block)
		proposed <- err
	}()
	eventually(t, "the proposal", func() bool { return s.Calls("getblocktemplate") > 1 })
	if v, err := c.SubmitBlock(testContext(t), block); err != nil || v.Outcome != delivery.Accepted {
		t.Errorf("SubmitBlock = %v, %v, want accepted", v, err)
	}
	if s.Arrived(hash) != 1 {
		t.Error("the block did not arrive")
	}
	cancel()
	<-waiting
	if err := <-proposed; !errors.Is(err, context.Canceled) {
		t.Errorf("Propose ended with %v, want its context's end", err)
	}
	close(release)
}

func TestPropose(t *testing.T) {
	s := nodetest.Start(t)
	c := newClient(t, s, node.Config{})
	block, _ := unsolved(t, first(t, c), 0)
	if opinion, err := c.Propose(testContext(t), block); opinion != (solo.Opinion{}) || err != nil {
		t.Errorf("Propose = %+v, %v, want no objection", opinion, err)
	}
	s.Mine()
	if opinion, err := c.Propose(testContext(t), block); opinion != (solo.Opinion{Reason: "inconclusive-not-best-prevblk"}) || err != nil {
		t.Errorf("Propose = %+v, %v, want inconclusive-not-best-prevblk", opinion, err)
	}
	// submitblock will not take what the node cannot decode either.
	if opinion, err := c.Propose(testContext(t), block[:100]); opinion != (solo.Opinion{Refused: true, Reason: "Block decode failed"}) || err != nil {
		t.Errorf("Propose of half a block = %+v, %v, want Block decode failed", opinion, err)
	}
	s.Script("getblocktemplate", nodetest.RPCError(-28, "Loading block index..."))
	_, err := c.Propose(testContext(t), block)
	asError(t, err)
}

func TestConfirmations(t *testing.T) {
	s := nodetest.Start(t)
	c := newClient(t, s, node.Config{})
	tmpl := first(t, c)
	a, hashA := unsolved(t, tmpl, 1)
	b, hashB := unsolved(t, tmpl, 2)
	for _, tt := range []struct {
		block []byte
		want  delivery.Outcome
	}{{a, delivery.Accepted}, {b, delivery.Inconclusive}, {b, delivery.Duplicate}} {
		if v, err := c.SubmitBlock(testContext(t), tt.block); err != nil || v.Outcome != tt.want {
			t.Errorf("SubmitBlock = %v, %v, want %v", v, err, delivery.Verdict{Outcome: tt.want})
		}
	}
	s.Mine()
	for _, tt := range []struct {
		hash template.Hash
		want int
	}{{hashA, 2}, {hashB, -1}} {
		if n, err := c.Confirmations(testContext(t), tt.hash); n != tt.want || err != nil {
			t.Errorf("Confirmations = %d, %v, want %d", n, err, tt.want)
		}
	}
	if _, err := c.Confirmations(testContext(t), template.Hash{1}); !errors.Is(err, delivery.ErrUnknownBlock) {
		t.Errorf("Confirmations of no block: %v, want ErrUnknownBlock", err)
	}
	if at, err := c.BlockAt(testContext(t), 1); at != hashA || err != nil {
		t.Errorf("BlockAt(1) = %v, %v, want %v", at, err, hashA)
	}
	if _, err := c.BlockAt(testContext(t), 3); !errors.Is(err, delivery.ErrUnknownBlock) {
		t.Errorf("BlockAt of a height above the tip: %v, want ErrUnknownBlock", err)
	}
	s.Script("getblockheader", nodetest.Result(`{}`))
	_, err := c.Confirmations(testContext(t), hashA)
	asError(t, err)
}
