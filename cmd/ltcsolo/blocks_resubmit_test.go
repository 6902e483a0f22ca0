package main

import (
	"context"
	"testing"
	"time"

	"ltcsolo/cmd/ltcsolo/internal/run"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/journal"
	"ltcsolo/solo/node"
	"ltcsolo/solo/node/discover"
	"ltcsolo/solo/node/nodetest"
	"ltcsolo/solo/scrypt"
	"ltcsolo/template"
	"ltcsolo/wallet"
)

// hungAndWell returns two nodes, of which the first takes requests and never answers.
func hungAndWell(t *testing.T) *discover.Found {
	t.Helper()
	d := &discover.Found{Network: "regtest"}
	for _, s := range []*nodetest.Server{nodetest.StartHung(t), nodetest.Start(t)} {
		d.Nodes = append(d.Nodes, node.Config{URL: s.URL, Network: "regtest", Credentials: s.Credentials})
	}
	return d
}

// hungFor is shorter than the time after which a client gives up a node that hangs.
const hungFor = 25 * time.Second

func TestResubmitDoesNotWaitForANodeThatHangs(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), hungFor)
	defer cancel()
	state := t.TempDir()
	l := &ledger{chain: template.Litecoin, network: wallet.Regtest, state: state, dir: run.BlocksDir(state, template.Litecoin)}
	defer l.Close()
	for _, cfg := range hungAndWell(t).Nodes {
		c, err := node.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		l.clients = append(l.clients, c)
	}
	l.reach(ctx, 0)
	if len(l.nodes) != 1 || l.silent != nil {
		t.Fatalf("%d nodes answered, %v, want the second", len(l.nodes), l.silent)
	}
	c := solved(t, l.clients[1])
	keep, err := journal.Open(l.dir, run.JournalLabels(template.Litecoin, l.network))
	if err != nil {
		t.Fatal(err)
	}
	if err := keep.Append(c); err != nil {
		t.Fatal(err)
	}
	if l.Reader, err = journal.Read(l.dir, run.JournalLabels(template.Litecoin, l.network)); err != nil {
		t.Fatal(err)
	}
	got, err := l.resubmit(ctx, &delivery.Block{BlockHash: c.BlockHash, Height: c.Height}, keep)
	if err != nil || got.Verdict != "accepted" {
		t.Fatalf("resubmit = %+v, %v, want accepted", got, err)
	}
	if want := "no answer 5s after another node's"; got.Nodes[0].Error != want {
		t.Errorf("of the node that hangs: %+v, want %q", got.Nodes[0], want)
	}
}

// solved returns a block that the node accepts.
func solved(t *testing.T, client *node.Client) *delivery.Candidate {
	t.Helper()
	tmpl, err := client.NextTemplate(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	script := []byte{0x51}
	job, err := template.NewJob("1", tmpl, template.Coinbase{Script: script, ExtranonceSize: 1}, true)
	if err != nil {
		t.Fatal(err)
	}
	for s := (template.Solution{Extranonce: []byte{0}, Version: tmpl.Version, Time: tmpl.CurTime}); ; s.Nonce++ {
		h, err := job.Header(s)
		if err != nil {
			t.Fatal(err)
		}
		header := [scrypt.HeaderSize]byte(h)
		pow := template.Hash(scrypt.Sum(&header))
		if !tmpl.Target.MetBy(&pow) {
			continue
		}
		block, err := job.Block(s)
		if err != nil {
			t.Fatal(err)
		}
		return &delivery.Candidate{
			BlockHash: h.BlockHash(), PoWHash: pow, Height: tmpl.Height, Value: tmpl.CoinbaseValue, Script: script,
			Found: time.Now(), Worker: "test", JobID: job.ID, Block: block,
		}
	}
}
