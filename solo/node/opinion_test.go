package node_test

import (
	"encoding/binary"
	"slices"
	"strings"
	"testing"

	"ltcsolo/solo/node"
	"ltcsolo/solo/node/nodetest"
	"ltcsolo/template"
)

// H35: a block that is not on the node's tip is harmless only if the tip has moved since the template.
func TestH35TemplateOnAnotherParentThanTheTip(t *testing.T) {
	for _, proposals := range []bool{true, false} {
		for _, tt := range []struct {
			name    string
			parent  func(s *nodetest.Server, tip template.Hash) template.Hash // of the template
			then    func(s *nodetest.Server)                                  // before the proposal
			refused bool
		}{
			{"the tip", nil, nil, false},
			{"the tip, which has moved", nil, func(s *nodetest.Server) { s.Mine() }, false},
			{"the tip, which was replaced", nil, func(s *nodetest.Server) { s.Replace() }, false},
			{"the tip, which was invalidated", nil, func(s *nodetest.Server) { s.Retreat() }, false},
			{"an unknown block", func(*nodetest.Server, template.Hash) template.Hash { return template.Hash{1} }, nil, true},
			{"the tip's parent", func(s *nodetest.Server, tip template.Hash) template.Hash { s.Mine(); return tip }, nil, true},
			{"a block beside the chain", func(s *nodetest.Server, tip template.Hash) template.Hash { s.Replace(); return tip }, nil, true},
			{"an old block, and the tip moves", func(s *nodetest.Server, tip template.Hash) template.Hash { s.Mine(); return tip },
				func(s *nodetest.Server) { s.Mine() }, true},
			{"a block that was the tip, while templates fail", nil, func(s *nodetest.Server) {
				s.Mine()
				s.Script("getblocktemplate", nodetest.Fault{}, nodetest.WarmUp)
			}, false},
		} {
			s := nodetest.Start(t)
			s.Mine()
			s.Mine()
			s.Update(func(st *nodetest.State) { st.NoProposals = !proposals })
			if tt.parent != nil {
				parent := tt.parent(s, hashOf(s))
				s.Update(func(st *nodetest.State) { st.Parent = parent })
			}
			c := newClient(t, s, node.Config{Network: "regtest"})
			block, _ := unsolved(t, first(t, c), 0)
			if tt.then != nil {
				tt.then(s)
			}
			got, err := c.Propose(testContext(t), block)
			if got.Refused != tt.refused || (err == nil) != (proposals || tt.refused) {
				t.Errorf("%s, proposals %v: Propose = %+v, %v, want refused %v", tt.name, proposals, got, err, tt.refused)
			}
		}
	}
}

// Where the node takes no proposals, what follows from the parent is checked here.
func TestBlockWithoutProposals(t *testing.T) {
	word := func(at int, v uint32) func(*nodetest.Server, []byte) {
		return func(_ *nodetest.Server, block []byte) { binary.LittleEndian.PutUint32(block[at:], v) }
	}
	const timeAt, bitsAt, heightAt = 68, 72, template.HeaderSize + 1 + 4 + 2 + 1 + 36 + 1 // the coinbase has a witness
	for _, tt := range []struct {
		name string
		edit func(s *nodetest.Server, block []byte)
		want string // "" for no objection
	}{
		{"good", nil, ""},
		{"the parent's median", word(timeAt, 1296688602+2*150), "time-too-old"},
		{"harder bits", word(bitsAt, 0x1f7fffff), "bad-diffbits"},
		{"another height", func(_ *nodetest.Server, block []byte) { block[heightAt]++ }, "bad-cb-height"},
		{"headers that cannot be asked for", func(s *nodetest.Server, block []byte) {
			s.Always("getblockheader", nodetest.Forbidden)
			block[bitsAt]++
		}, ""},
	} {
		for _, refusal := range []nodetest.Fault{{}, {Status: 413, Body: "<html>"}, nodetest.Forbidden} {
			s := nodetest.Start(t)
			s.Mine()
			s.Mine()
			s.Update(func(st *nodetest.State) { st.NoProposals = true })
			c := newClient(t, s, node.Config{Network: "regtest"})
			block, _ := unsolved(t, first(t, c), 0)
			block = slices.Clone(block)
			if tt.edit != nil {
				tt.edit(s, block)
			}
			s.Script("getblocktemplate", refusal)
			got, err := c.Propose(testContext(t), block)
			if (err == nil) != (tt.want != "") || got.Refused != (tt.want != "") || !strings.HasPrefix(got.Reason, tt.want) {
				t.Errorf("%s: Propose = %+v, %v, want %q", tt.name, got, err, tt.want)
			}
			if err != nil {
				asError(t, err)
			}
		}
	}
}
