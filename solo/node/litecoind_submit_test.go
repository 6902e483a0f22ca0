package node_test

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"testing"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/node"
	"ltcsolo/solo/regtest"
	"ltcsolo/solo/scrypt"
	"ltcsolo/template"
)

// solve makes a block on t that meets the network target, which takes two hashes on regtest, or one that does not.
func solve(t testing.TB, tmpl *template.Template, extranonce byte, good bool) ([]byte, template.Hash) {
	t.Helper()
	job, err := template.NewJob("1", tmpl, template.Coinbase{Script: []byte{0x51}, Tag: "/test/", ExtranonceSize: 1}, true)
	if err != nil {
		t.Fatal(err)
	}
	s := template.Solution{Extranonce: []byte{extranonce}, Version: tmpl.Version, Time: tmpl.CurTime}
	for ; ; s.Nonce++ {
		h, err := job.Header(s)
		if err != nil {
			t.Fatal(err)
		}
		header := [scrypt.HeaderSize]byte(h)
		if pow := template.Hash(scrypt.Sum(&header)); tmpl.Target.MetBy(&pow) == good {
			b, err := job.Block(s)
			if err != nil {
				t.Fatal(err)
			}
			return b, h.BlockHash()
		}
	}
}

func TestLitecoindSubmit(t *testing.T) {
	t.Parallel()
	net := regtest.Start(t, regtest.Config{})
	net.MixedMempool(t)
	c, _ := discovered(t, net.Nodes[0])
	tmpl := first(t, c)
	if !tmpl.MWEBActive || len(tmpl.Transactions) < 5 {
		t.Fatalf("the template has %d transactions, MWEB %v", len(tmpl.Transactions), tmpl.MWEBActive)
	}
	poor, _ := solve(t, tmpl, 0, false)
	if opinion, err := c.Propose(testContext(t), poor); opinion != (solo.Opinion{}) || err != nil {
		t.Errorf("Propose of an unsolved block = %+v, %v, want no objection", opinion, err)
	}
	a, hashA := solve(t, tmpl, 1, true)
	b, hashB := solve(t, tmpl, 2, true)
	broken := append([]byte(nil), a...)
	broken[40] ^= 1 // of the merkle root
	for _, tt := range []struct {
		name  string
		block []byte
		want  string
	}{
		{"unsolved", poor, "rejected: high-hash"},
		{"cut", a[:len(a)-1], "rejected: Block decode failed"},
		{"no block", []byte{1, 2, 3}, "rejected: Block decode failed"},
		{"good", a, "accepted"},
		{"again", a, "duplicate"},
		{"the rival", b, "inconclusive"},
		{"the rival again", b, "duplicate"},
	} {
		v, err := c.SubmitBlock(testContext(t), tt.block)
		if err != nil || v.String() != tt.want {
			t.Errorf("SubmitBlock of %s = %v, %v, want %s", tt.name, v, err, tt.want)
		}
	}
	wantStored(t, c, net.Nodes[0], tmpl.Height, hashA, hashB, a, 0)
	third, hashThird := solve(t, tmpl, 3, true) // a peer announced it, but the node does not have it yet
	net.Nodes[0].MustCall(t, "submitheader", hex.EncodeToString(third[:template.HeaderSize]))
	if n, err := c.Confirmations(testContext(t), hashThird); !errors.Is(err, delivery.ErrUnknownBlock) {
		t.Errorf("Confirmations of a block of which the node has only the header = %d, %v, want ErrUnknownBlock", n, err)
	}
	if v, err := c.SubmitBlock(testContext(t), third); err != nil || v.Outcome != delivery.Inconclusive {
		t.Errorf("SubmitBlock of a block of which the node has only the header = %v, %v, want inconclusive", v, err)
	}
	v, err := c.SubmitBlock(testContext(t), broken)
	if err != nil || v.Outcome != delivery.Rejected {
		t.Errorf("SubmitBlock of a broken header = %v, %v, want rejected", v, err)
	}
}

// wantStored checks what the node says of a block that is its tip, of the block's rival, and of blocks that there are not.
// raw is the verbosity with which getblock prints the bytes.
func wantStored(t *testing.T, c *node.Client, n *regtest.Node, height int32, good, rival template.Hash, block []byte, raw any) {
	t.Helper()
	for _, tt := range []struct {
		name string
		hash template.Hash
		want int
	}{{"good", good, 1}, {"rival", rival, -1}} {
		if got, err := c.Confirmations(testContext(t), tt.hash); got != tt.want || err != nil {
			t.Errorf("Confirmations of %s = %d, %v, want %d", tt.name, got, err, tt.want)
		}
	}
	if _, err := c.Confirmations(testContext(t), template.Hash{1}); !errors.Is(err, delivery.ErrUnknownBlock) {
		t.Errorf("Confirmations of no block: %v, want ErrUnknownBlock", err)
	}
	if at, err := c.BlockAt(testContext(t), height); at != good || err != nil {
		t.Errorf("BlockAt(%d) = %v, %v, want %v", height, at, err, good)
	}
	if _, err := c.BlockAt(testContext(t), height+1); !errors.Is(err, delivery.ErrUnknownBlock) {
		t.Errorf("BlockAt above the tip: %v, want ErrUnknownBlock", err)
	}
	var stored string
	if err := json.Unmarshal(n.MustCall(t, "getblock", good, raw), &stored); err != nil || stored != hex.EncodeToString(block) {
		t.Errorf("the node stored other bytes, %v", err)
	}
}
