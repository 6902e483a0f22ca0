package node_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/node"
	"ltcsolo/solo/node/nodetest"
	"ltcsolo/template"
)

func TestNextTemplateFollowsTheTip(t *testing.T) {
	for _, tt := range []struct {
		name string
		move func(*nodetest.Server) template.Hash
	}{
		{"new block", (*nodetest.Server).Mine},
		{"same height", (*nodetest.Server).Replace},
		{"retreat", (*nodetest.Server).Retreat},
	} {
		for _, noWait := range []bool{false, true} {
			name := tt.name
			if noWait {
				name += ", without waitforblockheight"
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				s := nodetest.Start(t)
				s.Mine()
				s.Mine()
				if noWait {
					s.Always("waitforblockheight", nodetest.Forbidden)
				}
				var log record
				c := newClient(t, s, node.Config{Network: "regtest", Log: log.logger()})
				prev := first(t, c)
				out := nextTemplate(testContext(t), c, prev)
				eventually(t, "a wait", func() bool { return s.Calls("waitforblockheight") > 0 })
				tip := tt.move(s)
				got := <-out
				if got.err != nil {
					t.Fatal(got.err)
				}
				if got.template.PreviousBlock != tip {
					t.Errorf("template is on %v, want the tip %v", got.template.PreviousBlock, tip)
				}
				want := 0
				if noWait {
					want = 1
				}
				if n := log.count("refuses waitforblockheight"); n != want {
					t.Errorf("%d log lines on the refused wait, want %d", n, want)
				}
			})
		}
	}
}

func TestNextTemplateReturnsAtOnceIfTheTipMovedBefore(t *testing.T) {
	s := nodetest.Start(t)
	c := newClient(t, s, node.Config{})
	prev := first(t, c)
	s.Mine()
	got, err := c.NextTemplate(testContext(t), prev)
	if err != nil || got.Height != prev.Height+1 {
		t.Errorf("NextTemplate = %+v, %v, want height %d", got, err, prev.Height+1)
	}
}

// After this machine slept, or the node's clock was set, the header time starts from a new template.
func TestNextTemplateFollowsTheNodesClock(t *testing.T) {
	for _, jump := range []int64{-3600, 3600} {
		s := nodetest.Start(t)
		s.Update(func(st *nodetest.State) { st.CurTime = time.Now().Unix() })
		c := newClient(t, s, node.Config{Refresh: time.Millisecond})
		prev := first(t, c)
		out := nextTemplate(testContext(t), c, prev)
		asked := s.Calls("getblocktemplate")
		eventually(t, "three refreshes", func() bool { return s.Calls("getblocktemplate") >= asked+3 })
		select {
		case got := <-out:
			t.Fatalf("NextTemplate = %+v, %v while nothing changes", got.template, got.err)
		default:
		}
		s.Update(func(st *nodetest.State) { st.CurTime += jump })
		got := <-out
		if got.err != nil || int64(got.template.CurTime) != int64(prev.CurTime)+jump {
			t.Errorf("after a jump of %d s: NextTemplate = %+v, %v", jump, got.template, got.err)
		}
	}
}

func TestNextTemplateRefreshesForFees(t *testing.T) {
	s := nodetest.Start(t)
	c := newClient(t, s, node.Config{Refresh: time.Millisecond})
	prev := first(t, c)
	out := nextTemplate(testContext(t), c, prev)
	asked := s.Calls("getblocktemplate")
	eventually(t, "three refreshes", func() bool { return s.Calls("getblocktemplate") >= asked+3 })
	select {
	case got := <-out:
		t.Fatalf("NextTemplate returned the same work, or an error: %+v", got)
	default:
	}
	s.Update(func(st *nodetest.State) { st.CoinbaseValue++ })
	got := <-out
	if got.err != nil || got.template.CoinbaseValue != prev.CoinbaseValue+1 {
		t.Errorf("NextTemplate = %+v, want one litoshi more", got)
	}
}

func TestNextTemplateGoesOnWhileRefreshesFail(t *testing.T) {
	s := nodetest.Start(t)
	var log record
	c := newClient(t, s, node.Config{Refresh: time.Millisecond, Log: log.logger()})
	prev := first(t, c)
	s.Always("getblocktemplate", nodetest.RPCError(-9, "Litecoin Core is not connected!"))
	ctx, cancel := context.WithCancel(testContext(t))
	out := nextTemplate(ctx, c, prev)
	asked := s.Calls("getblocktemplate")
	eventually(t, "five refused refreshes", func() bool { return s.Calls("getblocktemplate") >= asked+5 })

	cancel() // asking again does not log again
	if got := <-out; !errors.Is(got.err, context.Canceled) {
		t.Fatalf("NextTemplate = %+v, want that it ended with its context", got)
	}
	out = nextTemplate(testContext(t), c, prev)
	asked = s.Calls("getblocktemplate")
	eventually(t, "five more", func() bool { return s.Calls("getblocktemplate") >= asked+5 })
	s.Update(func(st *nodetest.State) { st.CoinbaseValue++ })
	s.Always("getblocktemplate", nodetest.Fault{})
	if got := <-out; got.err != nil {
		t.Fatal(got.err)
	}
	if n := log.count("gives no new template"); n != 1 {
		t.Errorf("%d log lines that it began, want 1:\n%s", n, log.text.String())
	}
	if n := log.count("gives templates again"); n != 1 {
		t.Errorf("%d log lines that it ended, want 1", n)
	}
}

func TestNextTemplateErrors(t *testing.T) {
	for _, tt := range []struct {
		name     string
		spoil    func(*nodetest.Server)
		tipMoved bool
	}{
		{"tip moved, no template", func(s *nodetest.Server) {
			s.Always("getblocktemplate", nodetest.RPCError(-10, "Litecoin Core is in initial sync and waiting for blocks..."))
			s.Mine()
		}, true},
		{"tip moved, template unusable", func(s *nodetest.Server) {
			s.Always("getblocktemplate", nodetest.Result(`{"height":5}`))
			s.Mine()
		}, true},
		{"node down", (*nodetest.Server).Down, false},
		{"password changed", func(s *nodetest.Server) { s.SetCredentials("user", "another") }, false},
		{"node starting", func(s *nodetest.Server) {
			s.Always("getbestblockhash", nodetest.WarmUp)
			s.Always("waitforblockheight", nodetest.WarmUp)
		}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := nodetest.Start(t)
			c := newClient(t, s, node.Config{Credentials: fixed("user", "password")})
			prev := first(t, c)
			tt.spoil(s)
			got, err := c.NextTemplate(testContext(t), prev)
			if err == nil {
				t.Fatalf("NextTemplate = %+v, want an error", got)
			}
			asError(t, err)
			if errors.Is(err, solo.ErrTipMoved) != tt.tipMoved {
				t.Errorf("error %q is ErrTipMoved: %v, want %v", err, !tt.tipMoved, tt.tipMoved)
			}
		})
	}
}

// A node that lost its last blocks in a crash says for a while what a private chain without blocks says. Blocks made here
// on its old tip would compete with those that it is about to get.
func TestNodeThatCatchesUpIsWaitedFor(t *testing.T) {
	s := nodetest.Start(t)
	s.Mine()
	c := newClient(t, s, node.Config{EmptyAfter: time.Nanosecond, Network: "regtest"})
	prev := first(t, c)
	s.Always("getblocktemplate", nodetest.RPCError(-10, "Litecoin Core is in initial sync and waiting for blocks..."))
	s.Mine()
	for _, prev := range []*template.Template{prev, nil} {
		if got, err := c.NextTemplate(testContext(t), prev); err == nil || strings.Contains(err.Error(), "empty block") {
			t.Errorf("NextTemplate = %+v, %v, want the node's refusal alone", got, err)
		}
	}
}

func fixed(user, password string) node.Credentials {
	return func() (string, string, error) { return user, password, nil }
}

func TestNextTemplateSeesANodeGoDown(t *testing.T) {
	s := nodetest.Start(t)
	c := newClient(t, s, node.Config{})
	prev := first(t, c)
	out := nextTemplate(testContext(t), c, prev)
	eventually(t, "a wait", func() bool { return s.Calls("waitforblockheight") > 0 })
	began := time.Now()
	s.Down()
	got := <-out
	e := asError(t, got.err)
	if !e.Temporary || errors.Is(got.err, solo.ErrTipMoved) {
		t.Errorf("error %+v, want a temporary one that leaves the template in use", e)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("took %v to see that the node is down", took)
	}
	s.Up(t)
	tip := s.Mine()
	// The wait that was pending when the node went down may report that only now.
	eventually(t, "a template of the node that is back", func() bool {
		again, err := c.NextTemplate(testContext(t), prev)
		return err == nil && again.PreviousBlock == tip
	})
}

func TestNextTemplateAfterACookieChange(t *testing.T) {
	s := nodetest.Start(t)
	c := newClient(t, s, node.Config{})
	prev := first(t, c)
	out := nextTemplate(testContext(t), c, prev)
	eventually(t, "a wait", func() bool { return s.Calls("waitforblockheight") > 0 })
	s.SetCredentials("__cookie__", secret)
	tip := s.Mine()
	if got := <-out; got.err != nil || got.template.PreviousBlock != tip {
		t.Errorf("NextTemplate = %+v, want one on %v", got, tip)
	}
}

// TestNextTemplateHoldsOneThread: a caller that gives up and asks again does not block another thread of the node.
func TestNextTemplateHoldsOneThread(t *testing.T) {
	s := nodetest.Start(t)
	c := newClient(t, s, node.Config{})
	prev := first(t, c)
	for range 10 {
		ctx, cancel := context.WithCancel(testContext(t))
		out := nextTemplate(ctx, c, prev)
		eventually(t, "a wait", func() bool { return s.Calls("waitforblockheight") > 0 })
		cancel()
		if got := <-out; !errors.Is(got.err, context.Canceled) {
			t.Fatalf("NextTemplate = %+v, want that it ended with its context", got)
		}
	}
	if n := s.Calls("waitforblockheight"); n != 1 {
		t.Errorf("%d waits on the node, want 1", n)
	}
	tip := s.Mine()
	if got, err := c.NextTemplate(testContext(t), prev); err != nil || got.PreviousBlock != tip {
		t.Errorf("NextTemplate = %+v, %v, want one on %v", got, err, tip)
	}
}

// TestNextTemplateSparesABusyNode: a wait that leaves no thread for other calls would delay a found block.
func TestNextTemplateSparesABusyNode(t *testing.T) {
	t.Parallel()
	s := nodetest.Start(t)
	var log record
	c := newClient(t, s, node.Config{Log: log.logger()})
	prev := first(t, c)
	release := make(chan struct{})
	s.Script("getbestblockhash", nodetest.Hold(release))
	out := nextTemplate(testContext(t), c, prev)
	eventually(t, "a poll", func() bool { return s.Calls("getbestblockhash") > 0 })
	time.AfterFunc(4*time.Second, func() { close(release) })
	eventually(t, "the warning", func() bool { return log.count("too few free RPC threads") == 1 })
	waits := s.Calls("waitforblockheight")
	tip := s.Mine()
	if got := <-out; got.err != nil || got.template.PreviousBlock != tip {
		t.Fatalf("NextTemplate = %+v, want one on %v", got, tip)
	}
	next := nextTemplate(testContext(t), c, first(t, c))
	polls := s.Calls("getbestblockhash")
	eventually(t, "two polls", func() bool { return s.Calls("getbestblockhash") >= polls+2 })
	s.Mine()
	if got := <-next; got.err != nil {
		t.Fatal(got.err)
	}
	if n := s.Calls("waitforblockheight"); n != waits {
		t.Errorf("%d more waits", n-waits)
	}
}

func TestNextTemplateOnTheWrongNetwork(t *testing.T) {
	s := nodetest.Start(t)
	c := newClient(t, s, node.Config{Network: "main"})
	_, err := c.NextTemplate(testContext(t), nil)
	if e := asError(t, err); e.Temporary || s.Calls("getblocktemplate") != 0 {
		t.Errorf("error %+v after %d templates, want a lasting one before any", e, s.Calls("getblocktemplate"))
	}
}

// TestNextTemplateAnotherNodeInItsPlace: a node on another network at the same address is noticed.
func TestNextTemplateAnotherNodeInItsPlace(t *testing.T) {
	s := nodetest.Start(t)
	c := newClient(t, s, node.Config{Network: "regtest"})
	prev := first(t, c)
	s.Down()
	if _, err := c.NextTemplate(testContext(t), prev); err == nil {
		t.Fatal("NextTemplate of a node that is down: no error")
	}
	s.Update(func(st *nodetest.State) { st.Chain = "main" })
	s.Mine()
	s.Up(t)
	got, err := c.NextTemplate(testContext(t), prev)
	if !errors.Is(err, solo.ErrTipMoved) {
		t.Errorf("NextTemplate = %+v, %v, want that the template is not to be used", got, err)
	}
}

// H34: a template whose coinbase would give away fees or subsidy is no template.
func TestH34TemplateThatPaysTooLittleIsRefused(t *testing.T) {
	for _, chain := range []string{"regtest", "test", "main"} {
		s := nodetest.Start(t)
		for range 160 { // the subsidy of regtest is halved once
			s.Mine()
		}
		s.Update(func(st *nodetest.State) { st.Chain = chain })
		c := newClient(t, s, node.Config{Network: chain})
		want := int64(50_0000_0000)
		if chain == "regtest" {
			want /= 2
		}
		prev := first(t, c)
		if prev.CoinbaseValue != want {
			t.Errorf("%s: the template pays %d", chain, prev.CoinbaseValue)
		}
		for _, less := range []int64{1, 25_0000_0000} {
			s.Update(func(st *nodetest.State) { st.CoinbaseValue -= less })
			s.Mine()
			_, err := c.NextTemplate(testContext(t), prev)
			both := fmt.Sprintf("coinbasevalue %d is too small: at height 162 the subsidy is %d", want-less, want)
			if e := asError(t, err); !errors.Is(err, solo.ErrTipMoved) || !strings.Contains(e.Reason, both) {
				t.Errorf("%s: NextTemplate = %v, want %q", chain, err, both)
			}
			s.Update(func(st *nodetest.State) { st.CoinbaseValue += less })
			s.Retreat()
		}
	}
}

// A merged chain's target above its network's limit would make every header a block that no node takes.
func TestTemplateWithATargetAboveTheLimitIsRefused(t *testing.T) {
	t.Parallel()
	s := nodetest.StartChain(t, template.Dogecoin)
	s.Update(func(st *nodetest.State) { st.Bits = 0x2100ffff })
	c := newClient(t, s, node.Config{Chain: template.Dogecoin, Network: "regtest"})
	_, err := c.NextTemplate(testContext(t), nil)
	var told *node.Error
	if !errors.As(err, &told) || !strings.Contains(told.Reason, "is above 207fffff") || told.Remedy == "" {
		t.Errorf("NextTemplate = %v, want an error with the limit and a remedy", err)
	}
}

func TestTestnetBorder(t *testing.T) {
	const normal, easiest = 0x1e0fff00, 0x1e0fffff
	for _, tt := range []struct {
		name    string
		after   int64 // of the parent, seconds
		bits    uint32
		bounded bool
	}{
		{"early", 10, normal, true},
		{"at the border", 300, normal, true},
		{"behind it", 301, easiest, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := nodetest.Start(t)
			s.Mine()
			parent := testnet(s, tt.after, tt.bits)
			got := first(t, newClient(t, s, node.Config{Network: "test"}))
			want := uint32(0)
			if tt.bounded {
				want = uint32(parent + 300)
			}
			if got.MaxTime != want || got.Bits != tt.bits {
				t.Errorf("MaxTime %d, bits %08x, want %d and %08x", got.MaxTime, got.Bits, want, tt.bits)
			}
		})
	}

	t.Run("passes", func(t *testing.T) {
		s := nodetest.Start(t)
		s.Mine()
		testnet(s, 300, normal)
		c := newClient(t, s, node.Config{Network: "test"}) // refreshes in an hour
		prev := first(t, c)
		out := nextTemplate(testContext(t), c, prev)
		testnet(s, 301, easiest)
		got := <-out
		if got.err != nil || got.template.Bits != easiest || got.template.MaxTime != 0 {
			t.Errorf("NextTemplate = %+v, want the bits %08x without a last time", got, easiest)
		}
		if n := s.Calls("getblockheader"); n != 1 {
			t.Errorf("the parent was asked for %d times, want once for a tip", n)
		}
	})
}

// testnet sets the server's clock that many seconds after the tip and returns the tip's time.
func testnet(s *nodetest.Server, after int64, bits uint32) (parent int64) {
	const genesisTime, spacing = 1296688602, 150
	_, height := s.Tip()
	parent = genesisTime + spacing*int64(height)
	s.Update(func(st *nodetest.State) {
		st.Chain, st.Bits, st.CurTime = "test", bits, parent+after
	})
	return parent
}
